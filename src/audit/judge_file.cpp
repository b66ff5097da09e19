#include "audit/judge_file.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "history/operation_stream.h"

namespace doorbuster {
namespace {

constexpr std::size_t kViewsBeside = 32;

// The time of a violation, and what was seen meanwhile.
struct Window {
  const Violation* violation = nullptr;
  Instant from = kNever, to = Instant::min();
  std::size_t views = 0;

  bool accuses(const Operation& operation) const {
    return std::ranges::count(violation->operations, operation.op) > 0;
  }
  void stretch_to(const Operation& operation) {
    from = std::min(from, operation.started);
    to = std::max(to, operation.finished == kNever ? operation.started : operation.finished);
  }
  bool shows(const Operation& view) const {
    if (view.item != violation->item) return false;
    return accuses(view) || (views < kViewsBeside && view.started <= to && view.finished >= from);
  }
};

std::vector<Window> windows_of(const HistoryVerdict& verdict) {
  std::vector<Window> windows;
  for (const PropertyFinding& finding : verdict.findings) {
    if (finding.violations.empty() || finding.violations.front().operations.empty()) continue;
    windows.emplace_back().violation = &finding.violations.front();
  }
  return windows;
}

template <class Visit>
Result<Done> each_operation(const HistoryFile& file, Visit visit) {
  OperationStream stream(file);
  while (const Operation* operation = stream.next()) visit(*operation);
  if (stream.error()) return *stream.error();
  return Done{};
}

}  // namespace

Result<JudgedFile> judge_file(const HistoryFile& file, const JudgeOptions& options) {
  auto history = file.read_without_views();
  if (!history) return std::move(history).error();
  JudgedFile judged{*std::move(history), {}};
  OperationStream stream(file);
  judged.verdict = judge_history(judged.history, stream, options);
  if (stream.error()) return *stream.error();
  return judged;
}

Result<Done> add_surroundings(const HistoryFile& file, JudgedFile& judged) {
  std::vector<Window> windows = windows_of(judged.verdict);
  if (windows.empty()) return Done{};
  auto read = each_operation(file, [&](const Operation& operation) {
    for (Window& window : windows) {
      if (window.accuses(operation)) window.stretch_to(operation);
    }
  });
  if (!read) return read;
  auto& kept = judged.history.operations;
  read = each_operation(file, [&](const Operation& operation) {
    if (operation.kind != OperationKind::view) return;
    bool shown = false;
    for (Window& window : windows) {
      if (!window.shows(operation)) continue;
      ++window.views;
      shown = true;
    }
    if (shown) kept.push_back(operation);
  });
  if (!read) return read;
  std::ranges::sort(kept, {}, &Operation::op);
  add_surroundings(judged.history, judged.verdict);
  return Done{};
}

}  // namespace doorbuster
