// For tests: histories of at most a handful of operations, by chance, most of them a little wrong,
// and what an exhaustive search says of them. The search shares nothing with the judges but the
// definitions: it tries every order of the operations that respects real time.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <set>
#include <vector>

#include "base/random.h"
#include "history/judged_history.h"

namespace doorbuster::tiny {

struct Shape {
  bool releases = true;
  bool several_units = true;
  bool log = true;      // false: nobody wrote the order down
  bool values = false;  // sales tell what they left
};

inline Instant at(std::uint64_t t) { return kRunStart + Duration(static_cast<std::int64_t>(t)); }

inline void place_operation(Operation& operation, Random& random) {
  const std::uint64_t start = random.below(12);
  operation.started = operation.scheduled = at(start);
  operation.finished = at(start + random.below(6));
}

inline Operation random_operation(std::uint32_t op, const Shape& shape, Random& random) {
  Operation operation;
  operation.op = OperationId{op};
  operation.item = ItemId{1};
  operation.buyer = BuyerId{static_cast<std::int64_t>(random.below(3))};
  const std::uint64_t kind = random.below(20);
  operation.kind = kind < 9                       ? OperationKind::view
                   : kind < 17 || !shape.releases ? OperationKind::buy
                                                  : OperationKind::release;
  if (operation.kind == OperationKind::buy) operation.key = OrderKey{op};
  if (shape.several_units && random.chance(0.4)) operation.quantity = 2;
  place_operation(operation, random);
  return operation;
}

// Lets each operation happen at a moment of its own, so that all answers are true.
inline void happen(JudgedHistory& history, const Shape& shape, Random& random) {
  struct Moment {
    Instant at;
    std::uint64_t chance;
    std::size_t position;
  };
  std::vector<Moment> moments;
  for (std::size_t i = 0; i < history.operations.size(); ++i) {
    const Operation& operation = history.operations[i];
    const auto length =
        static_cast<std::uint64_t>((operation.finished - operation.started).count());
    moments.push_back(
        {operation.started + Duration(static_cast<std::int64_t>(random.below(length + 1))),
         random.next(), i});
  }
  std::sort(moments.begin(), moments.end(), [](const Moment& a, const Moment& b) {
    return std::pair(a.at, a.chance) < std::pair(b.at, b.chance);
  });
  auto stock = static_cast<std::int32_t>(history.items[0].initial);
  std::int32_t version = 0;
  for (const Moment& moment : moments) {
    Operation& operation = history.operations[moment.position];
    operation.outcome = Answer::ok;
    if (operation.kind == OperationKind::view) {
      operation.value = stock;
      if (random.chance(0.2)) operation.version = version;
      continue;
    }
    const std::int32_t after = operation.kind == OperationKind::buy ? stock - operation.quantity
                                                                    : stock + operation.quantity;
    const bool unknown = random.chance(0.25);
    if (unknown) operation.outcome = Answer::unknown;
    if (unknown) operation.finished = kNever;
    if (after < 0) {
      if (!unknown) operation.outcome = Answer::sold_out;
      continue;
    }
    if (unknown && random.chance(0.3)) continue;
    history.stock_log.push_back({operation.item, ++version, stock, after, operation.op});
    stock = after;
    if (!unknown && random.chance(shape.values ? 0.5 : 0.2)) operation.value = stock;
  }
  history.items[0].left = stock;
}

inline void disturb(JudgedHistory& history, Random& random) {
  Operation& operation = history.operations[random.below(history.operations.size())];
  switch (random.below(5)) {
    case 0:
      if (operation.outcome == Answer::ok && operation.value != kNoStock) {
        operation.value = static_cast<std::int32_t>(random.below(5));
      }
      break;
    case 1:
      if (operation.finished != kNever) place_operation(operation, random);
      break;
    case 2:
      if (operation.kind == OperationKind::buy && operation.outcome != Answer::unknown) {
        operation.outcome = operation.outcome == Answer::ok ? Answer::sold_out : Answer::ok;
        operation.value = kNoStock;
      }
      break;
    case 3:
      if (operation.finished != kNever) operation.finished += Duration(random.below(3));
      break;
    default:
      if (history.stock_log.size() > 1) {
        const std::size_t i = random.below(history.stock_log.size() - 1);
        std::swap(history.stock_log[i].op, history.stock_log[i + 1].op);
      }
  }
}

inline JudgedHistory random_history(const Shape& shape, Random& random) {
  JudgedHistory history;
  ItemTruth item;
  item.item = ItemId{1};
  item.initial = static_cast<Quantity>(random.below(4));
  history.items.push_back(item);
  const auto operations = static_cast<std::uint32_t>(1 + random.below(7));
  for (std::uint32_t op = 0; op < operations; ++op) {
    history.operations.push_back(random_operation(op, shape, random));
  }
  happen(history, shape, random);
  for (std::uint64_t times = random.below(3); times > 0; --times) disturb(history, random);
  // An empty log is none, and without one nobody knows what was returned.
  const bool returned = std::any_of(
      history.operations.begin(), history.operations.end(),
      [](const Operation& operation) { return operation.kind == OperationKind::release; });
  if (history.stock_log.empty() && returned) return random_history(shape, random);
  if (shape.log && !history.stock_log.empty() && random.chance(0.05)) {
    history.stock_log[random.below(history.stock_log.size())].op = kNoOperation;
  }
  if (!shape.log) {
    history.stock_log.clear();
    history.items[0].left = -1;  // what its orders do not say
    for (Operation& operation : history.operations) operation.version = kNoVersion;
  }
  return history;
}

inline bool precedes(const Operation& a, const Operation& b) { return a.finished < b.started; }

inline bool observes(const Operation& operation) {
  return operation.kind == OperationKind::view
             ? operation.value != kNoStock || operation.version != kNoVersion
             : operation.kind == OperationKind::buy && operation.outcome == Answer::sold_out;
}

// The item's changes in the order of the log, with the operations that made them.
struct Changes {
  explicit Changes(const JudgedHistory& history) {
    stock.push_back(static_cast<std::int32_t>(history.items[0].initial));
    for (const StockChange& change : history.stock_log) {
      stock.push_back(change.after);
      const bool known = change.op != kNoOperation;
      by.push_back(known ? &history.operations[static_cast<std::uint32_t>(change.op)] : nullptr);
    }
  }
  std::size_t size() const { return by.size(); }
  const Operation* of(const Operation& operation, std::size_t* change = nullptr) const {
    for (std::size_t k = 0; k < by.size(); ++k) {
      if (by[k] != &operation) continue;
      if (change != nullptr) *change = k + 1;
      return by[k];
    }
    return nullptr;
  }
  bool fits(const Operation& seen, std::size_t k) const {
    if (seen.kind == OperationKind::buy) return stock[k] < seen.quantity;
    return (seen.value == kNoStock || seen.value == stock[k]) &&
           (seen.version == kNoVersion || seen.version == static_cast<std::int32_t>(k));
  }

  std::vector<std::int32_t> stock;
  std::vector<const Operation*> by;
};

// Tries every order of the changes, as logged, and of the observations among them.
class Search {
 public:
  Search(const Changes& changes, std::vector<const Operation*> observations, bool must_fit)
      : changes_(changes), observations_(std::move(observations)), must_fit_(must_fit) {
    failed_.resize((changes.size() + 1) << observations_.size());
  }

  bool possible() { return place(0, 0); }
  // With one observation that need not fit: the states at which it can stand.
  std::set<std::size_t> states() {
    std::set<std::size_t> found;
    for (std::size_t k = 0; k <= changes_.size(); ++k) {
      only_ = k;
      std::fill(failed_.begin(), failed_.end(), false);
      if (place(0, 0)) found.insert(k);
    }
    return found;
  }

 private:
  bool next_may_be(const Operation& next, std::size_t k, unsigned placed) const {
    for (std::size_t later = k; later < changes_.size(); ++later) {
      const Operation* other = changes_.by[later];
      if (other != nullptr && other != &next && ends(*other) < next.started) return false;
    }
    for (std::size_t i = 0; i < observations_.size(); ++i) {
      if ((placed >> i & 1U) == 0 && observations_[i] != &next &&
          precedes(*observations_[i], next)) {
        return false;
      }
    }
    return true;
  }
  static Instant ends(const Operation& change) {
    return change.outcome == Answer::ok ? change.finished : kNever;
  }

  bool place(std::size_t k, unsigned placed) {
    if (k == changes_.size() && placed + 1 == 1U << observations_.size()) return true;
    const std::size_t memo = (k << observations_.size()) | placed;
    if (failed_[memo]) return false;
    if (k < changes_.size() &&
        (changes_.by[k] == nullptr || next_may_be(*changes_.by[k], k, placed)) &&
        place(k + 1, placed)) {
      return true;
    }
    for (std::size_t i = 0; i < observations_.size(); ++i) {
      if ((placed >> i & 1U) != 0 || !next_may_be(*observations_[i], k, placed)) continue;
      if (must_fit_ && !changes_.fits(*observations_[i], k)) continue;
      if (only_ && *only_ != k) continue;
      if (place(k, placed | 1U << i)) return true;
    }
    failed_[memo] = true;
    return false;
  }

  const Changes& changes_;
  std::vector<const Operation*> observations_;
  bool must_fit_;
  std::optional<std::size_t> only_;
  std::vector<bool> failed_;
};

// What a change says of its own operation, and an operation of its change.
inline bool changes_are_honest(const JudgedHistory& history, const Changes& changes) {
  const bool all_named = std::count(changes.by.begin(), changes.by.end(), nullptr) == 0;
  for (const Operation& operation : history.operations) {
    if (operation.kind == OperationKind::view) continue;
    std::size_t k = 0;
    const bool changed = changes.of(operation, &k) != nullptr;
    if (operation.outcome == Answer::ok && !changed && all_named) return false;
    if (operation.outcome != Answer::ok && operation.outcome != Answer::unknown && changed) {
      return false;
    }
    if (!changed) continue;
    const std::int32_t by =
        operation.kind == OperationKind::buy ? -operation.quantity : operation.quantity;
    if (changes.stock[k] - changes.stock[k - 1] != by) return false;
    if (operation.outcome == Answer::ok && operation.value != kNoStock &&
        operation.value != changes.stock[k]) {
      return false;
    }
  }
  return true;
}

inline bool linearizable(const JudgedHistory& history) {
  const Changes changes(history);
  if (!changes_are_honest(history, changes)) return false;
  std::vector<const Operation*> observations;
  for (const Operation& operation : history.operations) {
    if (observes(operation)) observations.push_back(&operation);
  }
  return Search(changes, observations, true).possible();
}

// Without a log: every order of all operations, those without an answer in it or not.
class BlackBoxSearch {
 public:
  explicit BlackBoxSearch(const JudgedHistory& history) : all_(history.operations) {
    initial_ = static_cast<std::int32_t>(history.items[0].initial);
    failed_.resize(std::size_t{1} << all_.size());
  }
  bool possible() { return place(0, 0); }

 private:
  bool place(unsigned placed, std::int32_t gone) {
    bool complete = true;
    for (std::size_t i = 0; i < all_.size(); ++i) {
      if ((placed >> i & 1U) == 0 && all_[i].outcome != Answer::unknown) complete = false;
    }
    if (complete) return true;
    if (failed_[placed]) return false;
    for (std::size_t i = 0; i < all_.size(); ++i) {
      if ((placed >> i & 1U) != 0 || !may_be_next(i, placed)) continue;
      std::int32_t after = gone;
      if (!happens(all_[i], &after)) continue;
      if (place(placed | 1U << i, after)) return true;
    }
    failed_[placed] = true;
    return false;
  }
  bool may_be_next(std::size_t next, unsigned placed) const {
    for (std::size_t i = 0; i < all_.size(); ++i) {
      if (i != next && (placed >> i & 1U) == 0 && precedes(all_[i], all_[next])) return false;
    }
    return true;
  }
  bool happens(const Operation& operation, std::int32_t* gone) const {
    const std::int32_t stock = initial_ - *gone;
    if (operation.kind == OperationKind::view) {
      return operation.value == kNoStock || operation.value == stock;
    }
    if (operation.outcome == Answer::sold_out) return stock < operation.quantity;
    if (stock < operation.quantity) return false;
    *gone += operation.quantity;
    return operation.value == kNoStock || operation.value == stock - operation.quantity;
  }

  const std::vector<Operation>& all_;
  std::int32_t initial_ = 0;
  std::vector<bool> failed_;  // by who is placed, which says how many are gone
};

}  // namespace doorbuster::tiny
