// Every combination that is known to be wrong objects, names its anomaly, and is quiet about its
// repaired sibling.
#include "strategy/combinations.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <utility>

#include "strategy/decorator.h"
#include "strategy/strategy_testing.h"

namespace doorbuster {
namespace {

StoreSettings stores(bool pipeline) {
  StoreSettings stores;
  stores.postgres_timeout = 5s;
  stores.postgres_pipeline = pipeline;
  return stores;
}

Buyers buyers_who_retry(bool with_new_key) {
  Buyers buyers;
  buyers.retries = 1;
  buyers.retry_with_new_key = with_new_key;
  return buyers;
}

std::vector<Objection> objections(std::string_view name, const Options& changes,
                                  bool pipeline = false, const Buyers& buyers = {}) {
  const StrategyEntry& entry = *find_strategy(name);
  Options options = default_options(entry);
  for (const auto& [key, value] : changes) options[key] = value;
  return objections_to(entry, options, {stores(pipeline), buyers});
}

struct ObjectionCase {
  const char* strategy;
  Options options;
  const char* told_at;
  const char* anomaly;  // a part of its words
  bool possible;
  bool pipeline = false;
  Buyers buyers = {};
};

const std::vector<ObjectionCase> kWrong = {
    {"read-then-write", {{"lock", text("redis")}}, "lock", "oversells", true},
    {"redis-lock", {{"lock", text("redis")}}, "lock", "wait for its own", false},
    {"redis-lock", {{"ttl", Duration(4s)}}, "ttl", "two are inside at once", true},
    {"database-atomic",
     {{"lock", text("redis")}, {"lock_ttl", Duration(4s)}},
     "lock_ttl",
     "two are inside at once",
     true},
    {"read-then-write",
     {},
     "buyers.retries",
     "takes units twice",
     true,
     false,
     buyers_who_retry(false)},
    {"redis-lock",
     {{"variant", text("naive")}},
     "buyers.retries",
     "takes units twice",
     true,
     false,
     buyers_who_retry(false)},
    {"database-atomic",
     {},
     "buyers.retry_key",
     "duplicate orders",
     true,
     false,
     buyers_who_retry(true)},
    {"database-atomic",
     {{"limit", std::int64_t{2}}},
     "buyers.retry_key",
     "duplicate orders",
     true,
     false,
     buyers_who_retry(true)},
    {"cache-aside-textbook",
     {{"retry_attempts", std::int64_t{3}}},
     "retry_attempts",
     "takes units twice",
     true},
    {"redis-lock",
     {{"variant", text("token")}, {"retry_attempts", std::int64_t{3}}},
     "retry_attempts",
     "takes units twice",
     true},
    {"redis-gate",
     {{"guard", false}, {"retry_attempts", std::int64_t{3}}},
     "retry_attempts",
     "takes units twice",
     true},
    {"write-through-textbook",
     {{"idempotency", text("redis")}},
     "idempotency",
     "takes units twice",
     true},
    {"redis-gate", {{"sold_out_flag", true}}, "sold_out_flag", "undersells", true},
    {"sharded-stock", {{"probes", std::int64_t{2}}}, "probes", "undersells", true},
    {"database-atomic",
     {{"admission", text("shuffled")}, {"admission_rate", 0.0}},
     "admission_rate",
     "nobody is ever let in",
     false},
    {"database-atomic",
     {{"admission", text("shuffled")}, {"admission_rate", 1e-12}},
     "admission_rate",
     "nobody is ever let in",
     false},
    {"sharded-stock", {{"buckets", std::int64_t{0}}}, "buckets", "1 to 10000 buckets", false},
    {"sharded-stock", {{"buckets", std::int64_t{10'001}}}, "buckets", "1 to 10000 buckets", false},
    {"cache-aside", {{"ttl_jitter", 1e18}}, "ttl_jitter", "0 to 1", false},
    {"write-behind", {{"batch", std::int64_t{9}}}, "batch", "1 to 8 orders", false},
    {"write-behind", {{"batch", std::int64_t{0}}}, "batch", "1 to 8 orders", false},
    {"write-through", {{"ttl", Duration(2s)}}, "ttl", "stale copies", true},
    {"outbox", {{"ttl", Duration(2s)}}, "ttl", "stale copies", true},
    {"cache-aside", {{"after_purchase", text("set")}}, "after_purchase", "late fill", false},
    {"cache-aside", {{"after_purchase", text("decrement")}}, "after_purchase", "late fill", false},
    {"cache-aside", {{"fill", text("none")}}, "fill", "stale copies", true},
    {"cache-aside",
     {{"fill", text("single_flight")}, {"after_purchase", text("delete_twice")}},
     "fill",
     "stale copies",
     true},
    {"cache-aside",
     {{"fill", text("none")}, {"after_purchase", text("set")}},
     "after_purchase",
     "set its value last",
     true},
    {"cache-aside",
     {{"fill", text("none")}, {"after_purchase", text("decrement")}},
     "after_purchase",
     "below zero",
     true},
    {"cache-aside", {{"after_purchase", text("none")}}, "after_purchase", "until the TTL", true},
    {"cache-aside",
     {{"fill", text("early_refresh")}, {"after_purchase", text("set_versioned")}},
     "fill",
     "no early refresh",
     false},
    {"cache-aside",
     {{"fill", text("none")}, {"after_purchase", text("set_versioned")}, {"ttl", Duration(1s)}},
     "ttl",
     "stale copies",
     true},
    {"cache-aside", {{"breaker_failure_rate", 1.5}}, "breaker_failure_rate", "0 to 1", false},
    {"combined", {{"cache_down", text("database")}}, "cache_down", "would double it", false},
    {"database-atomic", {{"breaker", true}}, "breaker", "no effect", false},
    {"hold", {{"cache_down", text("stale")}}, "cache_down", "pages do not ask", false},
    {"redis-lock", {{"cache_down", text("database")}}, "cache_down", "pages do not ask", false},
    {"database-pessimistic", {}, "variant", "a pipeline shares them", false, true},
    {"redis-lock", {{"variant", text("early")}}, "variant", "a pipeline shares", false, true},
    {"cache-aside",
     {{"after_purchase", text("delete_before_commit")}},
     "after_purchase",
     "a pipeline shares them",
     false,
     true},
};

TEST(Combinations, ThatAreWrongSaySo) {
  for (const ObjectionCase& one : kWrong) {
    const auto found = objections(one.strategy, one.options, one.pipeline, one.buyers);
    ASSERT_EQ(found.size(), 1U) << one.strategy << " " << one.told_at << " " << one.anomaly;
    EXPECT_EQ(found[0].option, one.told_at);
    EXPECT_NE(found[0].anomaly.find(one.anomaly), std::string::npos) << found[0].anomaly;
    EXPECT_EQ(found[0].possible, one.possible) << one.strategy << " " << one.anomaly;
  }
}

TEST(Combinations, OfTheTableAllObjectToSomething) {
  for (const Combination& rule : combinations()) {
    const bool tested = std::ranges::any_of(kWrong, [&rule](const ObjectionCase& one) {
      const auto found = objections(one.strategy, one.options, one.pipeline, one.buyers);
      return !found.empty() && found[0].anomaly == rule.anomaly;
    });
    EXPECT_TRUE(tested) << rule.options;
  }
}

TEST(Combinations, ThatAreRightArePassedOver) {
  const std::vector<std::pair<const char*, Options>> right = {
      {"database-atomic",
       {{"lock", text("redis")},
        {"retry_attempts", std::int64_t{3}},
        {"idempotency", text("redis")},
        {"sold_out_flag", true},
        {"limit", std::int64_t{2}},
        {"admission", text("first_come")}}},
      {"redis-lock", {{"retry_attempts", std::int64_t{3}}}},
      {"database-pessimistic",
       {{"lock", text("redis")},
        {"retry_attempts", std::int64_t{3}},
        {"idempotency", text("redis")},
        {"sold_out_flag", true},
        {"admission", text("first_come")}}},
      {"sharded-stock", {{"probes", std::int64_t{8}}}},
      {"write-behind", {{"batch", std::int64_t{1}}}},
      {"cache-aside", {{"after_purchase", text("delete_twice")}}},
      {"cache-aside", {{"breaker", true}, {"cache_down", text("database")}}},
      {"combined", {{"breaker", true}, {"cache_down", text("stale")}}},
      {"redis-lock", {{"breaker", true}}},
      {"hold", {{"breaker", true}, {"variant", text("redis_ttl")}}},
      {"database-atomic", {{"breaker", true}, {"lock", text("redis")}}},
      {"database-atomic", {{"breaker", true}, {"limit", std::int64_t{2}}}},
      {"database-atomic", {{"breaker", true}, {"idempotency", text("redis")}}},
      {"combined", {{"fallback", text("none")}, {"cache_down", text("database")}}},
      {"cache-aside", {{"fill", text("none")}, {"after_purchase", text("set_versioned")}}},
      {"cache-aside", {{"fill", text("single_flight")}, {"after_purchase", text("set_versioned")}}},
  };
  for (const auto& [name, options] : right) {
    const auto found = objections(name, options);
    EXPECT_TRUE(found.empty()) << name << ": " << found[0].anomaly;
  }
  for (const char* name : {"database-atomic", "redis-gate", "hold", "write-behind", "combined"}) {
    EXPECT_TRUE(objections(name, {}, false, buyers_who_retry(false)).empty()) << name;
    const Options limited = {{"limit", std::int64_t{1}}};
    EXPECT_TRUE(objections(name, limited, false, buyers_who_retry(true)).empty()) << name;
  }
  EXPECT_TRUE(objections("redis-lock", {}, true).empty()) << "one statement needs no connection";
}

TEST(Combinations, AreOfAnyKindOfBuyersButOfNobodyWhoDoesNotCome) {
  Buyers buyers = buyers_who_retry(true);
  buyers.kinds = {{Habits{}, "all", 1}};
  EXPECT_TRUE(objections("database-atomic", {}, false, buyers).empty());
  buyers.kinds[0].share = 0.9;
  EXPECT_EQ(objections("database-atomic", {}, false, buyers).size(), 1U);
  std::swap(static_cast<Habits&>(buyers), static_cast<Habits&>(buyers.kinds[0]));
  EXPECT_EQ(objections("database-atomic", {}, false, buyers).size(), 1U);
}

TEST(Combinations, OfDefaultsAreRight) {
  for (const StrategyEntry& entry : strategies()) {
    const auto found = objections(entry.name, {});
    EXPECT_TRUE(found.empty()) << entry.name << ": " << found[0].anomaly;
    for (const OptionWord& word : entry.options) {
      for (const UnsafeValue& value : word.unsafe) EXPECT_NE(word.standard, value.value);
    }
  }
}

// Who is refused a breaker, or a page for when the cache is down, is who asks the cache nothing.
TEST(Combinations, KnowWhoAsksTheCache) {
  for (const StrategyEntry& entry : strategies()) {
    TestShop shop(entry.name, 10);
    const auto asks = [](const std::string& cost) { return !cost.starts_with("0R"); };
    const bool page = asks(shop.cost_of_view());
    const bool purchase = asks(shop.cost_of_buy());
    const auto refuses = [&](const char* key, const OptionValue& value) {
      return std::ranges::any_of(
          objections(entry.name, {{key, value}}), [&](const Objection& each) {
            return each.option == key && each.anomaly.find("no effect") != std::string::npos;
          });
    };
    EXPECT_EQ(refuses("cache_down", text("stale")), !page) << entry.name;
    EXPECT_EQ(refuses("breaker", true), !page && !purchase) << entry.name;
  }
}

}  // namespace
}  // namespace doorbuster
