#include "strategy/copy_after_purchase.h"

#include <algorithm>

namespace doorbuster {
namespace {

constexpr Duration kRetryDelay = 10ms;
constexpr Duration kPatience = 5s;
constexpr std::int64_t kOnce = 1;

// Else a breaker held it back, and time is all that it costs.
bool was_tried(const Error& error) { return error.cause() != Cause::breaker_open; }

}  // namespace

Task<Done> CopyAfterPurchase::sold(Order order, std::optional<Stock> left) {
  const ItemId item = order.item;
  switch (settings_.action) {
    case Action::remove:
      co_return co_await remove(item);
    case Action::remove_twice:
      beside_.spawn(remove_later(item));
      co_return co_await remove(item);
    case Action::set:
      if (!left) co_return co_await remove(item);
      co_return co_await cache_(SetExpiring{key(item), left->quantity, ttl_.next()});
    case Action::set_versioned:
      // Where it is not known, the next sale or the TTL mends the copy: a delete would take the
      // version away.
      if (left) (void)co_await cache_(FillIfNewer{key(item), *left, ttl_.next()});
      break;
    case Action::decrement:
      if (left) (void)co_await cache_(Decrement{key(item), order.quantity});
      break;
    case Action::none:
      break;
  }
  co_return Done{};
}

Task<Done> CopyAfterPurchase::drain() {
  const Instant patience_ends = clock_.now() + settings_.again + kPatience;
  while (beside_.alive() > 0 && clock_.now() < patience_ends) {
    (void)co_await clock_.sleep_until(clock_.now() + kRetryDelay);
  }
  co_return Done{};
}

Task<Done> CopyAfterPurchase::remove(ItemId item) {
  const auto deleted = co_await cache_(Delete{key(item)});
  if (deleted) co_return Done{};
  const bool first = fell_due_.insert_or_assign(item, true).second;
  if (first) beside_.spawn(remove_again(item, was_tried(deleted.error()) ? 1 : 0));
  co_return Done{};
}

Task<Done> CopyAfterPurchase::remove_again(ItemId item, std::int64_t attempts) {
  while (attempts < settings_.attempts) {
    (void)co_await clock_.sleep_until(clock_.now() + kRetryDelay * std::max(attempts, kOnce));
    fell_due_[item] = false;
    const auto deleted = co_await cache_(Delete{key(item)});
    if (fell_due_[item]) {
      attempts = 0;  // this delete may have been before that sale
    } else if (deleted) {
      break;
    } else if (was_tried(deleted.error())) {
      ++attempts;
    }
  }
  fell_due_.erase(item);
  co_return Done{};
}

Task<Done> CopyAfterPurchase::remove_later(ItemId item) {
  (void)co_await clock_.sleep_until(clock_.now() + settings_.again);
  (void)co_await cache_(Delete{key(item)});
  co_return Done{};
}

}  // namespace doorbuster
