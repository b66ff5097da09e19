// The judges of single answers, one a file: each looks at one promise that a strategy makes about
// every operation, where audit/invariants.h judges the sums. Definitions, with pre, suf, lb and ub
// as audit/stock_timeline.h has them. Those about purchases look at all of an item's at once; those
// about views observe them as they come (audit/observer.h). Pure; each takes O(n log n), however
// many buyers came at once and however many answers are unknown.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "audit/operation_index.h"
#include "audit/stock_timeline.h"
#include "base/outcome.h"

namespace doorbuster {

// What a judge sees of an item: all but its views.
struct ItemHistory {
  const OperationIndex& index;
  const OperationIndex::Item& item;
  const StockTimeline& stock;
  const StockTimeline& gate;  // its counter, where the item is counted out at one

  std::span<const OperationIndex::Position> operations() const { return item.operations; }
  const Operation& at(OperationIndex::Position position) const { return index.at(position); }
};

// One case against a property: the operations that cannot both be, and why not.
struct Violation {
  ItemId item{};
  std::vector<OperationId> operations;  // one or two, the accused one first
  // The changes of stock between them, by index; from > to where there are none.
  StockTimeline::Index from = 1;
  StockTimeline::Index to = 0;
  std::string sentence;
};

struct PropertyFinding {
  std::string name;
  Verdict verdict = Verdict::holds;
  std::int64_t found = 0;             // operations that surely break it
  std::int64_t possible = 0;          // operations that may: found is part of them
  std::vector<Violation> violations;  // the first of them, in order of item and time
  std::string undecided;              // why, where it is not decided
};

// What a judge gathers, over all items.
class Violations {
 public:
  static constexpr std::size_t kKept = 10;

  // `make` gives the Violation, for the first few only.
  template <class Make>
  void add(Make make) {
    ++finding_.found;
    ++finding_.possible;
    if (finding_.violations.size() < kKept) finding_.violations.push_back(make());
  }
  void may_be() { ++finding_.possible; }
  void undecided(const ItemHistory& of, std::string_view why);

  PropertyFinding finding() &&;

 private:
  PropertyFinding finding_;
};

class Observer;

void no_false_sold_out(const ItemHistory& history, Violations& violations);
void no_sale_after_sold_out(const ItemHistory& history, Violations& violations);

// Nothing to observe: nullptr. Both arguments outlive the observer.
std::unique_ptr<Observer> no_stale_reads(const ItemHistory& history, Violations& violations);
std::unique_ptr<Observer> no_read_ahead(const ItemHistory& history, Violations& violations);
std::unique_ptr<Observer> read_your_writes(const ItemHistory& history, Violations& violations);
std::unique_ptr<Observer> monotonic_reads(const ItemHistory& history, Violations& violations);
std::unique_ptr<Observer> linearizable_stock(const ItemHistory& history, Violations& violations);
// The same where nobody knows the order of the changes.
std::unique_ptr<Observer> linearizable_black_box(const ItemHistory& history,
                                                 Violations& violations);

struct Property {
  std::string_view name;
  std::string_view meaning;  // one line
  // One of the two.
  void (*judge)(const ItemHistory&, Violations&) = nullptr;
  std::unique_ptr<Observer> (*observe)(const ItemHistory&, Violations&) = nullptr;
};

std::span<const Property> properties();

// A view that shows stock, or its version.
inline bool shows_stock(const Operation& operation) {
  return operation.kind == OperationKind::view && operation.outcome == Answer::ok &&
         (operation.value != kNoStock || operation.version != kNoVersion);
}
inline bool told_sold_out(const Operation& operation) {
  return operation.kind == OperationKind::buy && operation.outcome == Answer::sold_out;
}
inline bool changed_stock(const Operation& operation) {
  return operation.kind != OperationKind::view && operation.outcome == Answer::ok;
}

bool any_operation(const ItemHistory& history, bool (*wanted)(const Operation&));

// Units that a gate has reserved are still in the database's stock: its log alone says nothing of
// who may be told "sold out". Seen by the gate's account or log, or where a history has neither, by
// its answers to purchases.
bool decided_at_a_gate(const ItemHistory& history);

// Words for witnesses.
std::string named(OperationId op, BuyerId buyer);  // "operation 17 (buyer 4)"
std::string named(const Operation& operation);
std::string moment(Instant t);                                          // "1.234567 s"
std::string shown(const Operation& operation);                          // "5", "5 (version 3)"
std::string state(const ItemHistory& history, StockTimeline::Index k);  // "5 at version 3"

// The change at or after `k` that surely had happened by suf(k): the one who was told so first.
StockTimeline::Index proof_of_done(const ItemHistory& history, StockTimeline::Index k);
// The change at or before `k` that started at pre(k).
StockTimeline::Index proof_of_not_begun(const ItemHistory& history, StockTimeline::Index k);

// "and operation 12 (buyer 9), which made version 7, was told so at 0.5 s".
std::string done_by(const ItemHistory& history, StockTimeline::Index k);

}  // namespace doorbuster
