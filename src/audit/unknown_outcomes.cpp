#include "audit/unknown_outcomes.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/order.h"

namespace doorbuster {
namespace {

using Fate = UnknownOutcomes::Fate;

bool unanswered(const Operation& operation) {
  return operation.kind == OperationKind::buy && operation.outcome == Answer::unknown &&
         operation.key != kNoKey;
}

// Whatever stands under the keys of one purchase.
struct Intent {
  std::vector<const Operation*> attempts;  // by number
  std::vector<const PlacedOrder*> orders;
  std::vector<std::pair<ItemId, const Reservation*>> pending;

  const Operation* first_unanswered() const {
    return *std::ranges::find_if(attempts, [](const Operation* each) { return unanswered(*each); });
  }
  bool ordered(OrderKey key) const {
    return std::ranges::any_of(orders, [key](const PlacedOrder* row) { return row->key == key; });
  }
};

class Intents {
 public:
  // Of the purchases with an attempt without an answer.
  explicit Intents(const JudgedHistory& history) {
    for (const Operation& operation : history.operations) {
      if (unanswered(operation)) keys_.push_back(first_key(operation.key));
    }
    std::ranges::sort(keys_);
    keys_.erase(std::unique(keys_.begin(), keys_.end()), keys_.end());
    all_.resize(keys_.size());
    if (all_.empty()) return;
    for (const Operation& operation : history.operations) {
      if (operation.kind != OperationKind::buy) continue;
      if (Intent* of = find(operation.key)) of->attempts.push_back(&operation);
    }
    for (const PlacedOrder& order : history.orders) {
      if (Intent* of = find(order.key)) of->orders.push_back(&order);
    }
    for (const ItemTruth& item : history.items) {
      if (!item.gate) continue;
      for (const Reservation& pending : item.gate->pending) {
        if (Intent* of = find(pending.order.key)) of->pending.emplace_back(item.item, &pending);
      }
    }
    for (Intent& intent : all_) {
      std::ranges::sort(intent.attempts, {}, [](const Operation* each) {
        return std::pair(each->attempt, each->started);
      });
    }
  }

  const std::vector<Intent>& all() const { return all_; }

 private:
  Intent* find(OrderKey key) {
    if (key == kNoKey) return nullptr;
    const auto found = std::ranges::lower_bound(keys_, first_key(key));
    if (found == keys_.end() || *found != first_key(key)) return nullptr;
    return &all_[static_cast<std::size_t>(found - keys_.begin())];
  }

  std::vector<OrderKey> keys_;
  std::vector<Intent> all_;
};

class Resolution {
 public:
  explicit Resolution(std::span<const ItemHistory> items) : items_(items) {}

  void take(const Intent& intent) {
    for (const Operation* each : intent.attempts) {
      if (!unanswered(*each)) continue;
      ++made_.attempts;
      ++(intent.ordered(each->key) ? made_.sold : made_.not_sold);
    }
    for (const PlacedOrder* order : intent.orders) look_for_zombie(intent, *order);
    if (intent.orders.size() > 1) duplicate(intent);
    for (const auto& [item, pending] : intent.pending) look_for_leak(intent, item, *pending);
  }

  UnknownOutcomes outcomes() && {
    std::ranges::stable_sort(made_.named, {}, &UnknownOutcomes::Witness::fate);
    return std::move(made_);
  }

 private:
  template <class Sentence>
  void name(Fate fate, const Operation& attempt, OrderKey key, std::int32_t version,
            Sentence sentence) {
    const auto same = [fate](const UnknownOutcomes::Witness& each) { return each.fate == fate; };
    if (std::ranges::count_if(made_.named, same) >=
        static_cast<std::ptrdiff_t>(UnknownOutcomes::kNamed)) {
      return;
    }
    made_.named.push_back(
        {fate, attempt.op, attempt.buyer, key, attempt.item, version, sentence()});
  }

  void duplicate(const Intent& intent) {
    made_.duplicates += std::ssize(intent.orders) - 1;
    const Operation& attempt = *intent.first_unanswered();
    const PlacedOrder& second = *intent.orders[1];
    name(Fate::duplicate, attempt, second.key, second.version, [&] {
      return fmt::format("{} got no answer to attempt {}, and has {} orders: {} and {}",
                         doorbuster::named(attempt), attempt.attempt, intent.orders.size(),
                         number(intent.orders[0]->key), number(second.key));
    });
  }

  void look_for_leak(const Intent& intent, ItemId item, const Reservation& pending) {
    const bool told = std::ranges::any_of(
        intent.attempts, [](const Operation* each) { return each->outcome == Answer::ok; });
    const bool promised = told && intent.orders.empty();
    if (intent.ordered(pending.order.key) || promised) return;
    made_.leaked_units = made_.leaked_units.value_or(0) + pending.order.quantity;
    const Operation& attempt = *intent.first_unanswered();
    name(Fate::leak, attempt, pending.order.key, kNoVersion, [&] {
      return fmt::format(
          "{} got no answer to attempt {}, and {} of item {} stand reserved for order {}, which is "
          "not there",
          doorbuster::named(attempt), attempt.attempt, pending.order.quantity, number(item),
          number(pending.order.key));
    });
  }

  // The last attempt that may have written the order, and the first that came after it.
  void look_for_zombie(const Intent& intent, const PlacedOrder& order) {
    const auto may_have = [&](const Operation* each) {
      return each->key == order.key &&
             (each->outcome == Answer::ok || each->outcome == Answer::unknown);
    };
    const auto& attempts = intent.attempts;
    const auto last = std::ranges::find_if(attempts.rbegin(), attempts.rend(), may_have);
    if (last == attempts.rend() || !unanswered(**last) || last == attempts.rbegin()) return;
    judge(order, **last, **std::prev(last));
  }

  void judge(const PlacedOrder& order, const Operation& wrote, const Operation& again) {
    const auto item = std::ranges::lower_bound(
        items_, order.item, {}, [](const ItemHistory& each) { return each.item.id; });
    const bool known =
        item != items_.end() && item->item.id == order.item && item->stock.order_known();
    const StockTimeline::Index k = known ? change_of(*item, order) : 0;
    if (k == 0) {
      ++made_.possible_zombies;
      return;
    }
    if (item->stock.suf(k) < again.started) return;  // it was there before
    ++made_.possible_zombies;
    if (item->stock.pre(k) < again.started) return;
    ++made_.zombies;
    const auto version = static_cast<std::int32_t>(item->stock.version(k));
    name(Fate::zombie, wrote, order.key, version, [&] {
      return fmt::format(
          "order {} of {}, which got no answer, was committed as version {} of item {}, after its "
          "buyer had tried again with operation {} at {}: {} came about before it, and was begun "
          "at {} only",
          number(order.key), doorbuster::named(wrote), version, number(order.item),
          static_cast<std::uint32_t>(again.op), moment(again.started), before(*item, k),
          moment(item->stock.pre(k)));
    });
  }

  // 0: it is not known.
  static StockTimeline::Index change_of(const ItemHistory& of, const PlacedOrder& order) {
    if (order.version == kNoVersion) {
      const auto position = of.index.find(order.op);
      return position == OperationIndex::kNowhere ? 0 : of.stock.change_of(of.index, position);
    }
    const std::int64_t k = order.version - of.stock.version(0);
    return k < 1 || k > of.stock.changes() ? 0 : static_cast<StockTimeline::Index>(k);
  }

  static std::string before(const ItemHistory& of, StockTimeline::Index k) {
    const StockTimeline::Index proof = proof_of_not_begun(of, k);
    const Operation& by = of.at(of.stock.operation(proof));
    return fmt::format("version {}, of {},", of.stock.version(proof), doorbuster::named(by));
  }

  std::span<const ItemHistory> items_;
  UnknownOutcomes made_;
};

}  // namespace

std::string_view to_string(UnknownOutcomes::Fate fate) {
  constexpr std::string_view names[] = {"zombie", "duplicate", "leak"};
  return names[static_cast<std::size_t>(fate)];
}

UnknownOutcomes resolve_unknowns(const JudgedHistory& history, std::span<const ItemHistory> items) {
  const Intents intents(history);
  Resolution resolution(items);
  for (const Intent& intent : intents.all()) resolution.take(intent);
  UnknownOutcomes made = std::move(resolution).outcomes();
  if (!history.cache_read) {
    made.leaked_units.reset();
  } else {
    made.leaked_units = made.leaked_units.value_or(0);
  }
  return made;
}

}  // namespace doorbuster
