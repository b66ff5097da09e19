#include "report/html_witness.h"

#include <fmt/format.h>

#include <algorithm>

#include "report/html_text.h"

namespace doorbuster {
namespace {

constexpr int kPictureWidth = 860;
constexpr int kBarsFrom = 330;
constexpr int kBarsTo = 840;
constexpr int kRow = 26;
constexpr int kAxis = 28;
constexpr int kChange = 122;  // the width of a change
constexpr int kChangesInRow = 7;

int place(const SurroundingsResult& around, double at_s) {
  const double length = std::max(around.to_s - around.from_s, 1e-6);
  const double share = (std::clamp(at_s, around.from_s, around.to_s) - around.from_s) / length;
  return kBarsFrom + static_cast<int>(share * (kBarsTo - kBarsFrom));
}

std::string operation_words(const ShownOperationResult& operation) {
  std::string words = fmt::format("op {} · buyer {} · {} {}: {}", operation.op, operation.buyer,
                                  operation.kind, operation.quantity, operation.outcome);
  if (operation.value) words += fmt::format(" {}", *operation.value);
  if (operation.version) words += fmt::format(" v{}", *operation.version);
  return html_safe(words);
}

std::string time_words(const ShownOperationResult& operation) {
  return operation.finished_s
             ? fmt::format("from {:.6f} s to {:.6f} s", operation.started_s, *operation.finished_s)
             : fmt::format("from {:.6f} s, never answered", operation.started_s);
}

std::string operation_bar(const SurroundingsResult& around, const ShownOperationResult& operation,
                          int top) {
  const int from = place(around, operation.started_s);
  const int to = std::max(place(around, operation.finished_s.value_or(around.to_s)), from + 3);
  const bool before = operation.started_s < around.from_s;
  const bool after = !operation.finished_s || *operation.finished_s > around.to_s;
  const char* accused = operation.accused ? " accused" : "";
  const int middle = top + kRow / 2;
  std::string svg = fmt::format(
      "<g><title>{}, {}</title><text class=\"label{}\" x=\"{}\" y=\"{}\">{}{}</text><rect "
      "class=\"bar{}\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"10\" rx=\"2\"/>",
      operation_words(operation), time_words(operation), accused, 0, middle + 4,
      operation.accused ? "▶ " : "", operation_words(operation), accused, from, middle - 5,
      to - from);
  // It began before the picture, or goes on after it: an open end.
  const auto arrow = [&](int x, int by) {
    svg += fmt::format("<path class=\"bar{}\" d=\"M{} {}l{} 6l{} 6z\"/>", accused, x, middle - 6,
                       by, -by);
  };
  if (before) arrow(from, -8);
  if (after) arrow(to, 8);
  return svg + "</g>\n";
}

// Behind all the bars from `top` to `bottom`, its name in a row of its own.
std::string fault_band(const SurroundingsResult& around, const ShownFaultResult& fault, int top,
                       int bottom, int row) {
  const int from = place(around, fault.from_s);
  const int to = std::max(place(around, fault.until_s), from + 3);
  const std::string name =
      html_safe(fault.operation.empty() ? fault.kind : fault.kind + " of " + fault.operation);
  return fmt::format(
      "<g><title>fault {0}, from {1:.6f} s to {2:.6f} s</title><rect class=\"band\" x=\"{3}\" "
      "y=\"{4}\" width=\"{5}\" height=\"{6}\"/><text class=\"label fault\" x=\"0\" "
      "y=\"{7}\">fault {0}</text><rect class=\"fault\" x=\"{3}\" y=\"{8}\" width=\"{5}\" "
      "height=\"6\"/></g>\n",
      name, fault.from_s, fault.until_s, from, top, to - from, bottom - top, row + kRow / 2 + 4,
      row + kRow / 2 - 3);
}

std::string change_box(const ShownChangeResult& change, int x, int y) {
  const std::string by = change.op ? fmt::format("by op {}", *change.op) : "";
  return fmt::format(
      "<g><title>version {}: {} to {} {}</title><rect class=\"change\" x=\"{}\" y=\"{}\" "
      "width=\"{}\" height=\"36\" rx=\"3\"/><text class=\"figure\" x=\"{}\" y=\"{}\">v{} · {} → "
      "{}</text><text class=\"note\" x=\"{}\" y=\"{}\">{}</text></g>\n",
      change.version, change.before, change.after, by, x, y, kChange - 8, x + (kChange - 8) / 2,
      y + 15, change.version, change.before, change.after, x + (kChange - 8) / 2, y + 29, by);
}

}  // namespace

std::string witness_picture(const SurroundingsResult& around) {
  std::string svg;
  int y = kAxis;
  svg += fmt::format(
      "<text class=\"note from\" x=\"{}\" y=\"14\">{:.6f} s</text><text class=\"note to\" x=\"{}\" "
      "y=\"14\">{:.6f} s</text><path class=\"axis\" d=\"M{} 22H{}\"/>\n",
      kBarsFrom, around.from_s, kBarsTo, around.to_s, kBarsFrom, kBarsTo);
  const int bars_end = y + kRow * static_cast<int>(around.operations.size());
  const int rows_end = bars_end + kRow * static_cast<int>(around.faults.size());
  int fault_row = bars_end;
  for (const ShownFaultResult& fault : around.faults) {
    svg += fault_band(around, fault, y, rows_end, fault_row);
    fault_row += kRow;
  }
  for (const ShownOperationResult& operation : around.operations) {
    svg += operation_bar(around, operation, y);
    y += kRow;
  }
  y = rows_end;
  if (!around.changes.empty()) {
    y += 22;
    svg += fmt::format(
        "<text class=\"label\" x=\"0\" y=\"{}\">Changes of stock between, in the database's "
        "order{}</text>\n",
        y,
        around.more_changes > 0 ? fmt::format(" (and {} more, to version {})", around.more_changes,
                                              around.last_version.value_or(0))
                                : "");
    y += 10;
    int n = 0;
    for (const ShownChangeResult& change : around.changes) {
      svg += change_box(change, (n % kChangesInRow) * kChange + 2, y + n / kChangesInRow * 44);
      ++n;
    }
    y += ((n - 1) / kChangesInRow + 1) * 44;
  }
  return fmt::format(
      "<div class=\"scroll\" role=\"group\" aria-label=\"picture of a witness\" "
      "tabindex=\"0\"><svg "
      "class=\"witness\" viewBox=\"0 0 {} {}\" role=\"img\"><title>Item {}: operations over time, "
      "from {:.6f} s to {:.6f} s</title>\n{}</svg></div>\n",
      kPictureWidth, y + 4, around.item, around.from_s, around.to_s, svg);
}

}  // namespace doorbuster
