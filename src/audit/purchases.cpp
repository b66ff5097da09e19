#include "audit/purchases.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <unordered_map>

#include "base/order.h"

namespace doorbuster {
namespace {

// Where a purchase has no key its operation names it, and an order without either itself: numbers
// that no shop's own keys reach (base/order.h).
constexpr std::int64_t kNameless = std::int64_t{1} << 42;
constexpr std::int64_t kStray = std::int64_t{1} << 41;

OrderKey key_of(const Operation& operation) {
  if (operation.key != kNoKey) return operation.key;
  return OrderKey{kNameless + static_cast<std::int64_t>(operation.op)};
}

OrderKey key_of(const JudgedHistory& history, const PlacedOrder& order) {
  if (order.key != kNoKey) return order.key;
  const auto found = std::lower_bound(
      history.operations.begin(), history.operations.end(), order.op,
      [](const Operation& operation, OperationId op) { return operation.op < op; });
  if (found != history.operations.end() && found->op == order.op) return key_of(*found);
  return OrderKey{kNameless + kStray + order.order % kStray};
}

Outcome outcome_of(Answer answer) {
  switch (answer) {
    case Answer::ok:
      return Outcome::sold;
    case Answer::sold_out:
      return Outcome::sold_out;
    case Answer::refused:
      return Outcome::refused;
    case Answer::failed:
      return Outcome::failed;
    case Answer::unknown:
      break;
  }
  return Outcome::unknown;
}

struct Returned {
  Quantity units = 0;
  Instant until = Instant::min();
  bool logged = false;
};

class Gathering {
 public:
  explicit Gathering(const JudgedHistory& from) : from_(from) {}

  Purchases gather() {
    take_logged_returns();
    std::size_t buys = 0;
    for (const Operation& operation : from_.operations) {
      if (returns(operation)) take_return(operation);
      buys += operation.kind == OperationKind::buy ? 1U : 0U;
      if (operation.attempt > 1 && operation.key != kNoKey) {
        retried_.try_emplace(first_key(operation.key), 0);
      }
    }
    made_.history.reserve(buys);
    for (const Operation& operation : from_.operations) {
      if (operation.kind == OperationKind::buy) take_purchase(operation);
    }
    take_truth();
    return std::move(made_);
  }

 private:
  static bool returns(const Operation& operation) {
    return operation.kind == OperationKind::release &&
           (operation.outcome == Answer::ok || operation.outcome == Answer::unknown);
  }

  // Of items of which anything was returned the log knows best what. A rise of the stock alone is
  // no return: a blind overwrite may cause it.
  void take_logged_returns() {
    for (const Operation& operation : from_.operations) {
      if (returns(operation)) returned_.try_emplace(operation.item);
    }
    for (const StockChange& change : from_.stock_log) {
      const auto returned = returned_.find(change.item);
      if (returned == returned_.end()) continue;
      returned->second.units += std::max(0, change.after - change.before);
      returned->second.logged = true;
    }
  }

  void take_return(const Operation& operation) {
    Returned& returned = returned_[operation.item];
    returned.until = std::max(returned.until, operation.finished);
    if (returned.logged) return;
    returned.units += operation.quantity;
    if (operation.outcome == Answer::unknown) {
      made_.units_unknown =
          fmt::format("item {}: whether operation {} returned its units is not known",
                      number(operation.item), static_cast<std::uint32_t>(operation.op));
    }
  }

  Record record_of(const Operation& operation) const {
    Record record;
    record.key = first_key(key_of(operation));
    record.keys = static_cast<decltype(record.keys)>(attempt_of(key_of(operation)) + 1);
    record.buyer = operation.buyer;
    record.item = operation.item;
    record.quantity = operation.quantity;
    record.outcome = outcome_of(operation.outcome);
    record.sent = true;
    record.scheduled = operation.scheduled;
    record.started = operation.started;
    record.finished = operation.finished;
    if (record.outcome == Outcome::sold_out && !returned_.empty()) {
      const auto returned = returned_.find(operation.item);
      if (returned != returned_.end() && operation.started <= returned->second.until) {
        record.outcome = Outcome::refused;
      }
    }
    return record;
  }

  // Of several attempts: sold if any was, else unknown if any was, else what the last was told. Who
  // asks again under the same key is told "sold out" only when the shop has looked for it.
  void take_purchase(const Operation& operation) {
    const Record record = record_of(operation);
    const auto retried =
        retried_.empty() ? retried_.end() : retried_.find(first_key(operation.key));
    if (retried == retried_.end() || retried->second == 0) {
      made_.history.push_back(record);
      if (retried != retried_.end()) retried->second = made_.history.size();
      return;
    }
    Record& before = made_.history[retried->second - 1];
    const bool looked_up =
        operation.outcome == Answer::sold_out && record.keys == 1 && before.keys == 1;
    before.keys = std::max(before.keys, record.keys);
    if (before.outcome == Outcome::sold) return;
    if (before.outcome == Outcome::unknown && record.outcome != Outcome::sold && !looked_up) return;
    before.outcome = record.outcome;
    before.finished = record.finished;
  }

  void take_truth() {
    made_.truth.cache_read = from_.cache_read;
    made_.truth.last_return = from_.last_return;
    made_.truth.last_gate_return = from_.last_gate_return;
    made_.truth.items = from_.items;
    for (ItemTruth& item : made_.truth.items) {
      const auto returned = returned_.find(item.item);
      if (returned != returned_.end()) item.initial += returned->second.units;
    }
    made_.truth.orders.reserve(from_.orders.size());
    for (const PlacedOrder& order : from_.orders) {
      OrderRow row;
      row.key = key_of(from_, order);
      row.buyer = order.buyer;
      row.item = order.item;
      row.quantity = order.quantity;
      if (order.version != kNoVersion) row.version = order.version;
      made_.truth.orders.push_back(row);
    }
    std::stable_sort(made_.truth.orders.begin(), made_.truth.orders.end(),
                     [](const OrderRow& a, const OrderRow& b) { return a.key < b.key; });
  }

  const JudgedHistory& from_;
  Purchases made_;
  std::map<ItemId, Returned> returned_;
  std::unordered_map<OrderKey, std::size_t> retried_;  // 1 + its record's place
};

}  // namespace

Purchases purchases_of(const JudgedHistory& history) { return Gathering(history).gather(); }

}  // namespace doorbuster
