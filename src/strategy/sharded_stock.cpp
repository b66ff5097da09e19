// sharded-stock: an item's stock spread over several rows, so that its buyers do not all wait for
// one.
//
//   buy:  from the bucket that the buyer hashes to, on to the others in turn:
//           UPDATE buckets ... SET quantity = quantity - q WHERE quantity >= q, with the order row
//           a row came back -> sold
//         every one probed has too little -> sold out
//   view: SELECT sum(quantity) over the buckets
//
// Safe: each bucket is guarded. Known limit, fragmentation: 1 + 1 left in two buckets is sold out
// to whoever wants two, which only merging the buckets would mend. With fewer `probes` than buckets
// it also says so to buyers of one unit while another bucket has stock. A refusal costs a statement
// a bucket. Worth it for much stock under high demand; little is gone at once anyway. Source:
// Alibaba and Kaola's notes on sub-buckets for hot stock.
#include <algorithm>

#include "strategy/order_key.h"
#include "strategy/registry.h"

namespace doorbuster {
namespace {

// 1 to kMostBuckets: a scenario that asks for others is refused (combinations.cpp).
std::int32_t buckets_of(const Options& options) {
  return static_cast<std::int32_t>(option<std::int64_t>(options, "buckets"));
}

class ShardedStock final : public Strategy {
 public:
  ShardedStock(Stores stores, const Options& options)
      : database_(stores.database), buckets_(buckets_of(options)), probes_(buckets_) {
    const auto probes = option<std::int64_t>(options, "probes");
    if (probes > 0) probes_ = static_cast<std::int32_t>(std::min<std::int64_t>(probes, buckets_));
  }

  Task<StockView> view(ItemId item) override {
    const auto sum = co_await database_(ReadBuckets{item});
    if (!sum) co_return sum.error();
    if (!*sum) co_return StockView{{}, Source::database, {}};
    co_return StockView{(*sum)->quantity, Source::database, {}};
  }

  Task<Purchase> buy(Order order) override {
    const std::int32_t first = bucket_of(order.buyer);
    for (std::int32_t probe = 0; probe < probes_; ++probe) {
      const std::int32_t bucket = (first + probe) % buckets_;
      const auto left = co_await database_(TakeFromBucket{order, bucket});
      if (!left && may_be_placed(order, left)) co_return co_await look_up(database_, order);
      if (!left) co_return left.error();
      if (*left) co_return Purchase{Outcome::sold, {}};  // left in the bucket, not of the item
    }
    co_return co_await sold_out_unless_placed(database_, order);
  }

 private:
  std::int32_t bucket_of(BuyerId buyer) const {
    const std::uint64_t hash = stream_seed(static_cast<std::uint64_t>(number(buyer)), 0, 0);
    return static_cast<std::int32_t>(hash % static_cast<std::uint64_t>(buckets_));
  }

  Database& database_;
  std::int32_t buckets_;
  std::int32_t probes_;
};

}  // namespace

StrategyEntry sharded_stock() {
  return {.name = "sharded-stock",
          .summary = "stock spread over rows, guarded each; probes the others before sold out",
          .anomaly = "",
          .check_constraint = true,
          .options = {{"buckets",
                       std::int64_t{8},
                       "over how many rows an item's stock is spread, 1 to 10000",
                       {}},
                      {"probes",
                       std::int64_t{0},
                       "how many are tried before the shop says sold out; 0: all of them",
                       {}}},
          .lay_out =
              [](const Options& options, Stocking& stocking) {
                stocking.layout = StockLayout::buckets;
                stocking.buckets = buckets_of(options);
              },
          .make = [](Stores stores, const Options& options) -> std::unique_ptr<Strategy> {
            return std::make_unique<ShardedStock>(stores, options);
          }};
}

}  // namespace doorbuster
