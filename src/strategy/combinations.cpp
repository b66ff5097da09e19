#include "strategy/combinations.h"

#include <algorithm>
#include <array>

#include "strategy/decorator.h"

namespace doorbuster {
namespace {

constexpr double kLeastAdmissionRate = 0.001;

bool is_locked(const Chosen& chosen) { return chosen.has("lock", std::string("redis")); }

// The stock is not taken in one guarded statement together with the order's key.
bool is_unguarded(const Chosen& chosen) {
  return !chosen.strategy.anomaly.empty() || chosen.has("variant", std::string("naive")) ||
         chosen.has("variant", std::string("token")) || chosen.has("guard", false);
}

bool after_purchase(const Chosen& chosen, const char* action) {
  return chosen.has("after_purchase", std::string(action));
}
bool fills(const Chosen& chosen, const char* fill) { return chosen.has("fill", std::string(fill)); }

// A fill may take until the statement's deadline.
bool versions_outlive_no_fill(const Chosen& chosen) {
  const bool versioned =
      chosen.is("write-through") || chosen.is("outbox") || after_purchase(chosen, "set_versioned");
  return versioned &&
         option<Duration>(chosen.options, "ttl") < chosen.around.stores.postgres_timeout;
}

// Those who come: where the kinds take all there is nobody of no kind.
bool some_buyer(const Buyers& buyers, bool (*does)(const Habits& habits)) {
  if (buyers.share_of_no_kind() > 0 && does(buyers)) return true;
  return std::ranges::any_of(buyers.kinds, does);
}

bool ttl_is_below_a_statement(const Chosen& chosen, const char* ttl) {
  return option<Duration>(chosen.options, ttl) < chosen.around.stores.postgres_timeout;
}

constexpr const char* kLockRunsOut =
    "the lock runs out under a holder who still waits for a statement, which may take "
    "stores.postgres.timeout: two are inside at once, and nothing but the purchase's own guard "
    "keeps them from overselling";

std::vector<Combination> of_buyers() {
  return {
      {.options = "buyers who retry a purchase that does not write the order key with the stock",
       .told_at = "buyers.retries",
       .anomaly = "it takes units twice: a purchase without an answer may have been made, and the "
                  "buyer's retry makes it again",
       .applies =
           [](const Chosen& c) {
             return is_unguarded(c) && !c.has("idempotency", std::string("redis")) &&
                    some_buyer(c.around.buyers, [](const Habits& h) {
                      return h.retries > 0 && !h.retry_with_new_key;
                    });
           }},
      {.options = "buyers who retry under a new key, without limit = 1",
       .told_at = "buyers.retry_key",
       .anomaly = "it takes units twice: a purchase without an answer may have been made, and "
                  "under a new key nothing knows that its retry is the same (duplicate orders)",
       .applies =
           [](const Chosen& c) {
             return !c.has("limit", std::int64_t{1}) &&
                    some_buyer(c.around.buyers, [](const Habits& h) {
                      return h.retries > 0 && h.retry_with_new_key;
                    });
           }},
  };
}

std::vector<Combination> of_locks() {
  return {
      {.options = "a lock around an unguarded purchase",
       .told_at = "lock",
       .anomaly =
           "it oversells when a holder of the lock pauses past lock_ttl, for the lock is the "
           "only protection",
       .applies = [](const Chosen& c) { return is_locked(c) && !c.strategy.anomaly.empty(); }},
      {.options = "a lock around redis-lock",
       .told_at = "lock",
       .anomaly =
           "redis-lock takes the item's lock itself and would wait for its own; leave lock away",
       .possible = false,
       .applies = [](const Chosen& c) { return is_locked(c) && c.is("redis-lock"); }},
      {.options = "a lock whose lock_ttl is below stores.postgres.timeout",
       .told_at = "lock_ttl",
       .anomaly = kLockRunsOut,
       .applies =
           [](const Chosen& c) { return is_locked(c) && ttl_is_below_a_statement(c, "lock_ttl"); }},
      {.options = "redis-lock with a ttl below stores.postgres.timeout",
       .told_at = "ttl",
       .anomaly = kLockRunsOut,
       .applies =
           [](const Chosen& c) {
             return c.is("redis-lock") && ttl_is_below_a_statement(c, "ttl");
           }},
  };
}

std::vector<Combination> of_repeats_and_refusals() {
  return {
      {.options = "retries of a purchase that does not write the order key with the stock",
       .told_at = "retry_attempts",
       .anomaly = "it takes units twice: a purchase without an answer may have been made, and a "
                  "retry makes it again",
       .applies =
           [](const Chosen& c) {
             return is_unguarded(c) && option<std::int64_t>(c.options, "retry_attempts") > 1;
           }},
      {.options = "idempotency in Redis alone",
       .told_at = "idempotency",
       .anomaly =
           "it takes units twice: a claim that is lost or older than idempotency_ttl lets the "
           "order in again, and nothing in the database knows its key",
       .applies =
           [](const Chosen& c) {
             return is_unguarded(c) && c.has("idempotency", std::string("redis"));
           }},
      {.options = "sold_out_flag with a strategy that returns units",
       .told_at = "sold_out_flag",
       .anomaly =
           "it undersells: units that come back through another instance or a sweeper are not "
           "seen by those that hold the flag",
       .applies =
           [](const Chosen& c) {
             return c.has("sold_out_flag", true) && c.strategy.returns_units;
           }},
      {.options = "sharded-stock with fewer probes than buckets",
       .told_at = "probes",
       .anomaly = "it undersells: it says sold out while a bucket that it did not ask has stock",
       .applies =
           [](const Chosen& c) {
             if (!c.is("sharded-stock")) return false;
             const auto probes = option<std::int64_t>(c.options, "probes");
             return probes > 0 && probes < option<std::int64_t>(c.options, "buckets");
           }},
      {.options = "write-behind with batches of another size than fits one statement",
       .told_at = "batch",
       .anomaly = "a batch has 1 to 8 orders",
       .possible = false,
       .applies =
           [](const Chosen& c) {
             if (!c.is("write-behind")) return false;
             const auto batch = option<std::int64_t>(c.options, "batch");
             return batch < 1 || batch > static_cast<std::int64_t>(kMostOfABatch);
           }},
      {.options = "sharded-stock in no bucket, or in more than a shop is laid out with",
       .told_at = "buckets",
       .anomaly = "stock lies in 1 to 10000 buckets",
       .possible = false,
       .applies =
           [](const Chosen& c) {
             if (!c.is("sharded-stock")) return false;
             const auto buckets = option<std::int64_t>(c.options, "buckets");
             return buckets < 1 || buckets > kMostBuckets;
           }},
      {.options = "admission at a rate of nothing",
       .told_at = "admission_rate",
       .anomaly = "nobody is ever let in at such a rate; at least 0.001 a second is needed",
       .possible = false,
       .applies =
           [](const Chosen& c) {
             return !c.has("admission", std::string("none")) &&
                    option<double>(c.options, "admission_rate") < kLeastAdmissionRate;
           }},
  };
}

constexpr const char* kNoPipeline =
    "its transactions each need a connection for themselves, and a pipeline shares them; leave "
    "stores.postgres.pipeline away";

std::vector<Combination> of_transactions() {
  return {
      {.options = "database-pessimistic, or redis-lock's variant early, in a pipeline",
       .told_at = "variant",
       .anomaly = kNoPipeline,
       .possible = false,
       .applies =
           [](const Chosen& c) {
             const bool early = c.is("redis-lock") && c.has("variant", std::string("early"));
             return (early || c.is("database-pessimistic")) && c.around.stores.postgres_pipeline;
           }},
      {.options = "after_purchase = delete_before_commit in a pipeline",
       .told_at = "after_purchase",
       .anomaly = kNoPipeline,
       .possible = false,
       .applies =
           [](const Chosen& c) {
             return after_purchase(c, "delete_before_commit") && c.around.stores.postgres_pipeline;
           }},
  };
}

std::vector<Combination> of_copies() {
  return {
      {.options = "a jitter that is more than the TTL",
       .told_at = "ttl_jitter",
       .anomaly = "it is a share of the TTL, 0 to 1",
       .possible = false,
       .applies =
           [](const Chosen& c) {
             return c.options.contains("ttl_jitter") && option<double>(c.options, "ttl_jitter") > 1;
           }},
      {.options = "a version's TTL that is shorter than a fill may take",
       .told_at = "ttl",
       .anomaly = "stale copies: an old fill that comes after the entry is gone finds no newer "
                  "version to lose against (ttl is below stores.postgres.timeout)",
       .applies = versions_outlive_no_fill},
      {.options = "fill = lease with a writer that sets the key",
       .told_at = "after_purchase",
       .anomaly = "a leased key is filled by whoever holds its lease alone, and a late fill would "
                  "overwrite what a buyer sets; with fill = \"lease\" delete, or delete_twice",
       .possible = false,
       .applies =
           [](const Chosen& c) {
             return fills(c, "lease") &&
                    (after_purchase(c, "set") || after_purchase(c, "set_versioned") ||
                     after_purchase(c, "decrement"));
           }},
      {.options = "a fill without a lease or versions, with invalidation",
       .told_at = "fill",
       .anomaly = "stale copies: a reader who read before a purchase sets the old value after its "
                  "delete, for up to ttl",
       .applies =
           [](const Chosen& c) {
             return c.is("cache-aside") && !fills(c, "lease") &&
                    (after_purchase(c, "delete") || after_purchase(c, "delete_twice") ||
                     after_purchase(c, "delete_before_commit"));
           }},
      {.options = "after_purchase = set",
       .told_at = "after_purchase",
       .anomaly = "stale copies: of two buyers the first may set its value last, and a late fill "
                  "overwrites both",
       .applies = [](const Chosen& c) { return !fills(c, "lease") && after_purchase(c, "set"); }},
      {.options = "after_purchase = decrement with a TTL and fills",
       .told_at = "after_purchase",
       .anomaly =
           "a key that is missing is made below zero and without a TTL, and pages say sold out "
           "for ever; a fill beside it counts a sale twice, or not at all",
       .applies =
           [](const Chosen& c) { return !fills(c, "lease") && after_purchase(c, "decrement"); }},
      {.options = "after_purchase = none",
       .told_at = "after_purchase",
       .anomaly = "stale copies: pages show what was sold until the TTL ends",
       .applies = [](const Chosen& c) { return after_purchase(c, "none"); }},
      {.options = "early refresh of a copy with versions",
       .told_at = "fill",
       .anomaly = "a copy with a version is renewed by every sale and has no early refresh; with "
                  "set_versioned take fill = \"none\" or \"single_flight\"",
       .possible = false,
       .applies =
           [](const Chosen& c) {
             return fills(c, "early_refresh") && after_purchase(c, "set_versioned");
           }},
  };
}

// What stands in these is the cost table's to say (combinations_test.cpp asks each strategy).
bool pages_ask_no_cache(const Chosen& chosen) {
  return std::ranges::any_of(
      std::array{"database-atomic", "database-pessimistic", "database-optimistic", "advisory-lock",
                 "unit-rows", "sharded-stock", "read-then-write", "redis-lock", "hold"},
      [&](std::string_view name) { return chosen.is(name); });
}

// Neither a page nor a purchase, nor what stands around it.
bool asks_no_cache(const Chosen& chosen) {
  return pages_ask_no_cache(chosen) && !chosen.is("redis-lock") &&
         !chosen.has("variant", std::string("redis_ttl")) && !is_locked(chosen) &&
         chosen.has("limit", std::int64_t{0}) && chosen.has("idempotency", std::string("none"));
}

std::vector<Combination> of_outages() {
  return {
      {.options = "a breaker before a cache that nobody asks",
       .told_at = "breaker",
       .anomaly = "it has no effect: neither this strategy nor any option of it asks the cache",
       .possible = false,
       .applies = [](const Chosen& c) { return c.has("breaker", true) && asks_no_cache(c); }},
      {.options = "cache_down where pages do not come from the cache",
       .told_at = "cache_down",
       .anomaly = "it has no effect: this strategy's pages do not ask the cache",
       .possible = false,
       .applies =
           [](const Chosen& c) {
             return !c.has("cache_down", std::string("fail")) && pages_ask_no_cache(c);
           }},
      {.options = "a breaker that opens at more than all that ended",
       .told_at = "breaker_failure_rate",
       .anomaly = "it is a share of what ended, 0 to 1",
       .possible = false,
       .applies =
           [](const Chosen& c) { return option<double>(c.options, "breaker_failure_rate") > 1; }},
      {.options = "combined with its fallback and cache_down = database",
       .told_at = "cache_down",
       .anomaly = "combined reads past the cache itself, as fallback_at_once allows, and a second "
                  "way there would double it; leave cache_down away, or set fallback = \"none\"",
       .possible = false,
       .applies =
           [](const Chosen& c) {
             return c.is("combined") && c.has("fallback", std::string("database")) &&
                    c.has("cache_down", std::string("database"));
           }},
  };
}

}  // namespace

const std::vector<Combination>& combinations() {
  static const std::vector<Combination> all = [] {
    std::vector<Combination> rules = of_locks();
    for (const Combination& rule : of_repeats_and_refusals()) rules.push_back(rule);
    for (const Combination& rule : of_buyers()) rules.push_back(rule);
    for (const Combination& rule : of_transactions()) rules.push_back(rule);
    for (const Combination& rule : of_copies()) rules.push_back(rule);
    for (const Combination& rule : of_outages()) rules.push_back(rule);
    return rules;
  }();
  return all;
}

std::vector<Objection> objections_to(const StrategyEntry& strategy, const Options& options,
                                     const Around& around) {
  const Options all = with_decorator_options(options);
  std::vector<Objection> objections;
  for (const Combination& rule : combinations()) {
    if (!rule.applies({strategy, all, around})) continue;
    objections.push_back({std::string(rule.told_at), std::string(rule.anomaly), rule.possible});
  }
  return objections;
}

}  // namespace doorbuster
