#include "report/audit_timeline.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <vector>

namespace doorbuster {
namespace {

constexpr std::size_t kLabel = 41;
constexpr std::size_t kBar = 36;
constexpr std::size_t kNeighbours = 6;
constexpr std::size_t kChanges = 8;

const Operation* find(const JudgedHistory& history, OperationId op) {
  const auto found = std::lower_bound(history.operations.begin(), history.operations.end(), op,
                                      [](const Operation& a, OperationId id) { return a.op < id; });
  return found != history.operations.end() && found->op == op ? &*found : nullptr;
}

std::string answer(const Operation& operation) {
  std::string text(to_string(operation.outcome));
  if (operation.value != kNoStock) text += fmt::format(" {}", operation.value);
  if (operation.version != kNoVersion) text += fmt::format(" v{}", operation.version);
  return text;
}

class Window {
 public:
  Window(const JudgedHistory& history, const Violation& violation)
      : history_(history), violation_(violation) {
    for (const OperationId op : violation.operations) {
      if (const Operation* operation = find(history, op)) accused_.push_back(operation);
    }
    find_changes();
  }

  std::string text() {
    if (accused_.empty()) return "";
    measure();
    std::vector<const Operation*> shown = accused_;
    add_neighbours(shown);
    std::sort(shown.begin(), shown.end(), [](const Operation* a, const Operation* b) {
      return std::pair(a->started, a->op) < std::pair(b->started, b->op);
    });
    std::string text =
        fmt::format("  item {}, from {:.6f} s to {:.6f} s\n", number(violation_.item),
                    to_seconds(since_start(from_)), to_seconds(since_start(to_)));
    for (const Operation* operation : shown) text += line(*operation);
    return text + changes_text();
  }

 private:
  void find_changes() {
    const auto& log = history_.stock_log;
    const auto of_item = std::equal_range(
        log.begin(), log.end(), StockChange{.item = violation_.item},
        [](const StockChange& a, const StockChange& b) { return a.item < b.item; });
    const auto size = static_cast<std::size_t>(of_item.second - of_item.first);
    if (violation_.from > violation_.to || violation_.from == 0 || violation_.to > size) return;
    changes_ = std::span(of_item.first, of_item.second)
                   .subspan(violation_.from - 1, violation_.to - violation_.from + 1);
  }

  void measure() {
    from_ = to_ = accused_.front()->started;
    for (const Operation* operation : accused_) {
      from_ = std::min(from_, operation->started);
      to_ = std::max(to_, operation->finished == kNever ? operation->started : operation->finished);
    }
    to_ = std::max(to_, from_ + 1us);
  }

  bool shown_already(const std::vector<const Operation*>& shown, const Operation* one) const {
    return std::find(shown.begin(), shown.end(), one) != shown.end();
  }

  // Those that made the changes between, then others of the item that were under way.
  void add_neighbours(std::vector<const Operation*>& shown) const {
    const std::size_t limit = shown.size() + kNeighbours;
    for (const StockChange& change : changes_) {
      const Operation* by = find(history_, change.op);
      if (by == nullptr || by->started > to_ || by->finished < from_) continue;
      if (shown.size() < limit - kNeighbours / 2 && !shown_already(shown, by)) shown.push_back(by);
    }
    for (const Operation& operation : history_.operations) {
      if (shown.size() == limit) return;
      if (operation.item != violation_.item || operation.started > to_ ||
          operation.finished < from_ || shown_already(shown, &operation)) {
        continue;
      }
      shown.push_back(&operation);
    }
  }

  std::size_t column(Instant at) const {
    const double share = to_seconds(std::clamp(at, from_, to_) - from_) / to_seconds(to_ - from_);
    return static_cast<std::size_t>(share * static_cast<double>(kBar - 1));
  }

  std::string line(const Operation& operation) const {
    const bool accused = std::find(accused_.begin(), accused_.end(), &operation) != accused_.end();
    std::string label =
        fmt::format("  {} op {} buyer {} {} {}: {}", accused ? '*' : ' ',
                    static_cast<std::uint32_t>(operation.op), number(operation.buyer),
                    to_string(operation.kind), operation.quantity, answer(operation));
    label.resize(kLabel, ' ');
    const std::size_t first = column(operation.started);
    const std::size_t last = column(operation.finished);
    std::string bar(first, ' ');
    bar += operation.started < from_ ? '<' : '|';
    if (last > first) {
      bar.append(last - first - 1, accused ? '=' : '-');
      bar += operation.finished > to_ ? '>' : '|';
    }
    return label + bar + "\n";
  }

  std::string changes_text() const {
    std::string text;
    for (std::size_t i = 0; i < changes_.size() && i < kChanges; ++i) {
      const StockChange& change = changes_[i];
      text += fmt::format("    version {}: {} -> {}", change.version, change.before, change.after);
      if (change.op != kNoOperation) {
        text += fmt::format(" by op {}", static_cast<std::uint32_t>(change.op));
      }
      text += '\n';
    }
    if (changes_.size() > kChanges) {
      text += fmt::format("    ... and {} more, to version {}\n", changes_.size() - kChanges,
                          changes_.back().version);
    }
    return text;
  }

  const JudgedHistory& history_;
  const Violation& violation_;
  std::vector<const Operation*> accused_;
  std::span<const StockChange> changes_;
  Instant from_{}, to_{};
};

}  // namespace

std::string audit_timeline(const JudgedHistory& history, const Violation& violation) {
  return Window(history, violation).text();
}

}  // namespace doorbuster
