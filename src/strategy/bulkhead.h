// Bulkhead: at most so many of an instance are in a place at once, and there is no queue before it.
// Who is in holds a Place, and gives it back when that is destroyed: when he is done in there, or
// with his coroutine when he is cut. One who dies in there (store/trouble.h) keeps his to the
// trial's end. That is
// meant: the places are counted in the shop's process, which lives on, and nothing tells it that
// this request will not be answered any more; it is a thread that hangs. A bulkhead has no way to
// tell him from one who is slow, and would no longer be a limit if it gave his place to another; as
// many deaths as places, and everybody is refused, which the strategy's figures show. One thread,
// its shard's; it outlives its places.
#pragma once

#include <cstdint>
#include <optional>
#include <utility>

#include "base/check.h"
#include "strategy/database_view.h"

namespace doorbuster {

class Bulkhead {
 public:
  class Place {
   public:
    explicit Place(std::int64_t* taken) : taken_(taken) { ++*taken_; }
    Place(Place&& other) noexcept : taken_(std::exchange(other.taken_, nullptr)) {}
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;
    Place& operator=(Place&&) = delete;
    ~Place() {
      if (taken_ != nullptr) --*taken_;
    }

   private:
    std::int64_t* taken_;
  };

  explicit Bulkhead(std::int64_t most) : most_(most) {
    CHECK(most > 0, "a bulkhead that lets nobody in");
  }
  Bulkhead(const Bulkhead&) = delete;
  Bulkhead& operator=(const Bulkhead&) = delete;

  // Nothing: it is full.
  std::optional<Place> enter() {
    if (taken_ == most_) return std::nullopt;
    return std::optional<Place>(std::in_place, &taken_);
  }

 private:
  std::int64_t most_;
  std::int64_t taken_ = 0;
};

// The page of a buyer whom the cache left without one: the row itself, or, with no room left, the
// cache's error.
Task<StockView> view_past_cache(Bulkhead* bulkhead, Database* database, StrategyFigures* figures,
                                ItemId item, Error cache_failed);

}  // namespace doorbuster
