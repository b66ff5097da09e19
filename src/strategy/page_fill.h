// PageFill: how pages are read from the cache and how a miss is filled, one way a class.
//
//   none           GET; a miss: SELECT, SETEX, by every reader who misses
//   single_flight  the same, but one reader of an instance asks for all of it
//   lease          one reader of all instances asks, the others wait; a delete cancels the fill
//   early_refresh  as none, and now and then a reader renews a copy before its TTL ends
//   versioned      HMGET; a miss: SELECT, fill_if_newer; of copies that carry a version
//
// An unknown item is cached too where `negative` is not zero, so that readers of ids that do not
// exist do not all reach the database. Of one instance; what it is made of outlives it.
#pragma once

#include <memory>

#include "scenario/vocabulary.h"
#include "strategy/strategy.h"
#include "strategy/ttl.h"

namespace doorbuster {

class PageFill {
 public:
  virtual ~PageFill() = default;
  virtual Task<StockView> view(ItemId item) = 0;
  // What a reader of the cache is shown, filling nothing.
  virtual Task<std::optional<Quantity>> cached(ItemId item) = 0;
};

struct FillSettings {
  JitteredTtl ttl;
  Duration negative{};         // how long "no such item" is kept; zero: not at all
  Duration lease{};            // of lease: how long one reader may take
  Duration poll{};             // of lease: how often those who wait ask again
  bool single_flight = false;  // of versioned
};

std::unique_ptr<PageFill> plain_fill(Stores stores, const FillSettings& settings);
std::unique_ptr<PageFill> leased_fill(Stores stores, const FillSettings& settings);
std::unique_ptr<PageFill> early_refreshed_fill(Stores stores, const FillSettings& settings);
std::unique_ptr<PageFill> versioned_fill(Stores stores, const FillSettings& settings);

// What stands in the cache for an item that does not exist.
inline constexpr Quantity kNoSuchItem = -1'000'000'000'000;

// A cached value as a page.
inline StockView page_of(Quantity value, std::optional<Version> version = {}) {
  if (value == kNoSuchItem) return {{}, Source::cache, {}};
  return {value, Source::cache, version};
}
inline std::optional<Quantity> shown(std::optional<Quantity> value) {
  return value == kNoSuchItem ? std::nullopt : value;
}

}  // namespace doorbuster
