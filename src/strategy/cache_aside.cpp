// cache-aside: the repaired pattern. Reads fill under a lease, purchases invalidate after the
// commit and only when a row changed.
//
//   view: the copy; a miss is filled, as `fill` says (page_fill.h): by whoever gets the lease
//   buy:  the guarded purchase;  a row came back -> the copy is deleted, or what `after_purchase`
//         says (copy_after_purchase.h);  none -> sold out, and nothing is touched
//         no reply -> deleted too: it may have been sold
//   delete_before_commit: BEGIN; SELECT FOR UPDATE; UPDATE; INSERT order; DEL; COMMIT: who reads in
//         between fills the old value once more, and no lease knows better
//
// While the cache does not answer pages fail (cache_down.cpp has what else they may do) and
// sales go on; their deletes are tried again.
// Remains: a stale window from commit to DEL; a DEL that fails for good leaves a stale copy until
// the TTL; and lease starvation when purchases come faster than a fill takes, since each DEL
// cancels it. The other fills and actions are what teams also do: most let stale copies in, which a
// scenario must ask for (combinations.h). Source: memcache leases, Nishtala et al., "Scaling
// Memcache at Facebook", NSDI 2013, 3.2.1.
#include "strategy/copy_after_purchase.h"
#include "strategy/open_purchase.h"
#include "strategy/order_key.h"
#include "strategy/page_fill.h"
#include "strategy/registry.h"

namespace doorbuster {
namespace {

using Action = CopyAfterPurchase::Action;

Action action_of(const Options& options) {
  const auto& name = option<std::string>(options, "after_purchase");
  if (name == "delete_twice") return Action::remove_twice;
  if (name == "set") return Action::set;
  if (name == "set_versioned") return Action::set_versioned;
  if (name == "decrement") return Action::decrement;
  return name == "none" ? Action::none : Action::remove;
}

KeyFamily family_of(const Options& options) {
  if (action_of(options) == Action::set_versioned) return KeyFamily::versioned;
  const bool leased = option<std::string>(options, "fill") == "lease";
  return leased ? KeyFamily::leased : KeyFamily::inventory;
}

std::unique_ptr<PageFill> fill_of(Stores stores, const Options& options) {
  const auto& fill = option<std::string>(options, "fill");
  const FillSettings settings{.ttl = ttl_of(stores, options),
                              .negative = option<Duration>(options, "negative_cache"),
                              .lease = option<Duration>(options, "lease"),
                              .poll = option<Duration>(options, "poll"),
                              .single_flight = fill == "single_flight"};
  if (action_of(options) == Action::set_versioned) return versioned_fill(stores, settings);
  if (fill == "lease") return leased_fill(stores, settings);
  return fill == "early_refresh" ? early_refreshed_fill(stores, settings)
                                 : plain_fill(stores, settings);
}

class CacheAside final : public Strategy {
 public:
  CacheAside(Stores stores, const Options& options)
      : database_(stores.database),
        fill_(fill_of(stores, options)),
        copy_(stores,
              {.action = action_of(options),
               .family = family_of(options),
               .attempts = option<std::int64_t>(options, "delete_attempts"),
               .again = option<Duration>(options, "delete_again")},
              ttl_of(stores, options)),
        deletes_early_(option<std::string>(options, "after_purchase") == "delete_before_commit") {}

  Task<StockView> view(ItemId item) override { return fill_->view(item); }

  Task<Purchase> buy(Order order) override {
    if (deletes_early_) co_return co_await buy_and_delete_before_the_commit(order);
    const auto left = co_await database_(TakeIfAvailable{order});
    if (may_be_placed(order, left)) co_return co_await look_up(database_, order);
    if (left && !*left) co_return Purchase{Outcome::sold_out, {}};
    if (!left && left.error().definite()) co_return left.error();

    std::optional<Stock> after;
    if (left) after = *left;
    (void)co_await copy_.sold(order, after);
    if (!left) co_return left.error();
    co_return Purchase{Outcome::sold, after};
  }

  Task<Done> drain() override { return copy_.drain(); }

  Task<std::optional<Quantity>> cached(ItemId item) override { return fill_->cached(item); }

 private:
  Task<Purchase> buy_and_delete_before_the_commit(Order order) {
    const auto begun = co_await database_(Begin{});
    if (!begun) co_return begun.error();
    const auto open = co_await purchase_in(database_, *begun, order, RowLock::wait);
    if (!open) co_return open.error();
    if (open->to_commit) {
      (void)co_await copy_.sold(order, open->purchase.after);
      const auto committed = co_await database_(Commit{*begun});
      if (!committed) co_return committed.error();
    }
    co_return open->purchase;
  }

  Database& database_;
  std::unique_ptr<PageFill> fill_;
  CopyAfterPurchase copy_;
  bool deletes_early_;
};

std::vector<Idle> with(const char* option, std::vector<const char*> values) {
  std::vector<Idle> idle;
  for (const char* value : values) idle.push_back({option, std::string(value)});
  return idle;
}

std::vector<OptionWord> cache_aside_options() {
  const auto no_lease = with("fill", {"none", "single_flight", "early_refresh"});
  const auto no_delete = with("after_purchase", {"set", "set_versioned", "decrement", "none"});
  const auto one_delete = with("after_purchase", {"delete", "set", "set_versioned", "decrement",
                                                  "none", "delete_before_commit"});
  return {
      {"ttl", Duration(300s), "how long a filled value may stay", {}},
      {"ttl_jitter", 0.0, "up to which share of the TTL is added to it by chance", {}},
      {"fill",
       std::string("lease"),
       "who fills a copy that is missing: every reader, one an instance, whoever gets the lease, "
       "or every reader and one a little early",
       {"none", "single_flight", "lease", "early_refresh"}},
      {"lease", Duration(500ms), "how long one reader may take to fill a key", {}, {}, no_lease},
      at_least(
          kLeastPoll,
          {"poll", Duration(2ms), "how often the readers that wait ask again", {}, {}, no_lease}),
      {"negative_cache",
       Duration(0s),
       "how long \"no such item\" is kept, and an item put on sale is not seen; 0s: not at all",
       {}},
      {"after_purchase",
       std::string("delete"),
       "what becomes of the copy",
       {"delete", "delete_twice", "set", "set_versioned", "decrement", "none",
        "delete_before_commit"},
       {{std::string("delete_before_commit"),
         "stale copies: a reader between the DEL and the commit fills the old value, for up to "
         "ttl"}}},
      {"delete_attempts",
       std::int64_t{5},
       "how often an invalidation is tried before the TTL must do it",
       {},
       {},
       no_delete},
      {"delete_again",
       Duration(500ms),
       "of delete_twice: when the second comes",
       {},
       {},
       one_delete}};
}

}  // namespace

StrategyEntry cache_aside() {
  return {.name = "cache-aside",
          .summary = "fills under a lease; guarded purchase, then DEL when a row changed",
          .anomaly = "",
          .check_constraint = true,
          .options = cache_aside_options(),
          .make = [](Stores stores, const Options& options) -> std::unique_ptr<Strategy> {
            return std::make_unique<CacheAside>(stores, options);
          }};
}

}  // namespace doorbuster
