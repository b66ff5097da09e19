// CopyAfterPurchase: what a buyer does with the cache's copy once the database has sold.
//
//   delete         DEL, tried again beside the buyers while it fails, for an item by one alone; one
//                  that an open breaker held back was no attempt
//   delete_twice   the same, and once more after `again`, for a fill that was late: a guess, which
//                  a slower fill outlives
//   set            SETEX of the value that this sale left: of two buyers the later may come first
//   set_versioned  the same with its version, if newer
//   decrement      DECRBY: a missing key is made, below zero and without a TTL
//   none           nothing; the TTL will do
//
// A sale is a sale whatever becomes of the copy. Of one instance; what it is made of outlives it.
#pragma once

#include <unordered_map>

#include "base/task_scope.h"
#include "scenario/vocabulary.h"
#include "strategy/strategy.h"
#include "strategy/ttl.h"

namespace doorbuster {

class CopyAfterPurchase {
 public:
  enum class Action : unsigned char { remove, remove_twice, set, set_versioned, decrement, none };
  struct Settings {
    Action action = Action::remove;
    KeyFamily family = KeyFamily::leased;  // of the copies: inventory, leased or versioned
    std::int64_t attempts = 1;             // at the delete after a sale
    Duration again{};                      // of remove_twice
  };
  CopyAfterPurchase(Stores stores, const Settings& settings, JitteredTtl ttl)
      : cache_(stores.cache), clock_(stores.clock), settings_(settings), ttl_(ttl) {}

  // The stock that the sale left; nothing where it is not known, or not even whether it was one.
  Task<Done> sold(Order order, std::optional<Stock> left);

  // Until nothing is tried again any more.
  Task<Done> drain();

 private:
  Key key(ItemId item) const { return {settings_.family, item}; }
  Task<Done> remove(ItemId item);
  Task<Done> remove_again(ItemId item, std::int64_t attempts);
  Task<Done> remove_later(ItemId item);

  Cache& cache_;
  Clock& clock_;
  Settings settings_;
  JitteredTtl ttl_;
  // Items whose delete is tried again, and whether another failed since it was last.
  std::unordered_map<ItemId, bool> fell_due_;  // looked up, not iterated
  TaskScope beside_;
};

}  // namespace doorbuster
