#include "report/audit_timeline.h"

#include <fmt/format.h>

#include <algorithm>

#include "report/escape.h"

namespace doorbuster {
namespace {

constexpr std::size_t kLabel = 41;
constexpr std::size_t kBar = 36;

std::string answer(const ShownOperationResult& operation) {
  std::string text = terminal_safe(operation.outcome);
  if (operation.value) text += fmt::format(" {}", *operation.value);
  if (operation.version) text += fmt::format(" v{}", *operation.version);
  return text;
}

std::size_t column(const SurroundingsResult& around, double at_s) {
  const double length = std::max(around.to_s - around.from_s, 1e-6);
  const double share = (std::clamp(at_s, around.from_s, around.to_s) - around.from_s) / length;
  return static_cast<std::size_t>(share * static_cast<double>(kBar - 1));
}

std::string line(const SurroundingsResult& around, const ShownOperationResult& operation) {
  std::string label = fmt::format("  {} op {} buyer {} {} {}: {}", operation.accused ? '*' : ' ',
                                  operation.op, operation.buyer, terminal_safe(operation.kind),
                                  operation.quantity, answer(operation));
  label.resize(kLabel, ' ');
  const bool goes_on = !operation.finished_s || *operation.finished_s > around.to_s;
  const std::size_t first = column(around, operation.started_s);
  const std::size_t last = column(around, operation.finished_s.value_or(around.to_s));
  std::string bar(first, ' ');
  bar += operation.started_s < around.from_s ? '<' : '|';
  if (last > first) {
    bar.append(last - first - 1, operation.accused ? '=' : '-');
    bar += goes_on ? '>' : '|';
  }
  return label + bar + "\n";
}

std::string line(const ShownChangeResult& change) {
  std::string text =
      fmt::format("    version {}: {} -> {}", change.version, change.before, change.after);
  if (change.op) text += fmt::format(" by op {}", *change.op);
  return text + "\n";
}

std::string line(const SurroundingsResult& around, const ShownFaultResult& fault) {
  std::string label =
      fmt::format("    fault {}{}{}", terminal_safe(fault.kind),
                  fault.operation.empty() ? "" : " of ", terminal_safe(fault.operation));
  label.resize(kLabel, ' ');
  const std::size_t first = column(around, fault.from_s);
  const std::size_t last = column(around, fault.until_s);
  return label + std::string(first, ' ') + std::string(last - first + 1, '#') + "\n";
}

}  // namespace

std::string audit_timeline(const SurroundingsResult& surroundings) {
  std::string text = fmt::format("  item {}, from {:.6f} s to {:.6f} s\n", surroundings.item,
                                 surroundings.from_s, surroundings.to_s);
  for (const auto& operation : surroundings.operations) text += line(surroundings, operation);
  for (const ShownFaultResult& fault : surroundings.faults) text += line(surroundings, fault);
  for (const ShownChangeResult& change : surroundings.changes) text += line(change);
  if (surroundings.more_changes > 0) {
    text += fmt::format("    ... and {} more, to version {}\n", surroundings.more_changes,
                        surroundings.last_version.value_or(0));
  }
  return text;
}

}  // namespace doorbuster
