#include "strategy/item_lock.h"

namespace doorbuster {

Task<AcquireLock::Reply> ItemLock::acquire(ItemId item, std::int64_t token) {
  const Instant patience_ends = clock_.now() + settings_.wait;
  for (;;) {
    const auto asked = co_await cache_(AcquireLock{key(item), token, settings_.ttl});
    if (!asked) {
      // It may have been granted.
      if (!asked.error().definite()) (void)co_await release(item, token);
      co_return asked.error();
    }
    if (asked->acquired || clock_.now() >= patience_ends) co_return *asked;
    (void)co_await clock_.sleep_until(clock_.now() + jittered_poll());
  }
}

Task<Done> ItemLock::release(ItemId item, std::int64_t token) {
  const auto released = co_await cache_(ReleaseLock{key(item), token});
  if (!released) co_return released.error();
  co_return Done{};
}

// From half to one and a half of `poll`, so that waiters do not ask in step.
Duration ItemLock::jittered_poll() {
  const auto spread = static_cast<std::uint64_t>(settings_.poll.count()) + 1;
  return settings_.poll / 2 + Duration(static_cast<Duration::rep>(random_.below(spread)));
}

}  // namespace doorbuster
