#include "store/trouble.h"

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <optional>
#include <set>

#include "base/task_scope.h"

namespace doorbuster {
namespace {

using Kind = TroubleRule::Kind;
using When = TroubleRule::When;

// Time stands still until a test moves it.
class ManualClock : public Clock {
 public:
  Instant now() const override { return now_; }
  void set(Alarm& alarm, Instant when) override {
    sleepers_.emplace(when, &alarm);
    place_of(alarm) = 0;
  }
  void unset(Alarm& alarm) override {
    std::erase_if(sleepers_, [&](const auto& sleeper) { return sleeper.second == &alarm; });
    place_of(alarm) = kNowhere;
  }
  void pass_until(Instant when) {
    while (!sleepers_.empty() && sleepers_.begin()->first <= when) {
      const auto [due, alarm] = *sleepers_.begin();
      unset(*alarm);
      now_ = due;
      alarm->ring();
    }
    now_ = when;
  }

 private:
  Instant now_ = kRunStart;
  std::multimap<Instant, Alarm*> sleepers_;
};

// Remembers when it was asked; answers after a while, well or with an error.
class FakeDatabase : public Database {
 public:
  explicit FakeDatabase(ManualClock& clock) : clock_(clock) {}
  Task<DatabaseReply> execute(DatabaseOperation operation) override {
    asked.push_back(clock_.now());
    names.push_back(name_of(operation));
    const Instant done = clock_.now() + takes;
    (void)co_await clock_.sleep_until(done);
    ++happened;
    if (refusal) co_return *refusal;
    if (std::holds_alternative<Begin>(operation)) co_return DatabaseReply(TransactionId{7});
    if (is_interactive(operation)) co_return DatabaseReply(Done{});
    co_return DatabaseReply(std::optional<Stock>(Stock{7, 1}));
  }
  Duration takes{};
  std::optional<Error> refusal;
  std::vector<Instant> asked;
  std::vector<std::string_view> names;  // of what was asked
  int happened = 0;

 private:
  ManualClock& clock_;
};

class FakeCache : public Cache {
 public:
  Task<CacheReply> execute(CacheOperation /*operation*/) override {
    co_return CacheReply(std::optional<Quantity>(7));
  }
};

struct Answer {
  std::optional<Result<Done>> reply;
  Instant at = kNever;
  bool came() const { return reply.has_value(); }
};

template <class Op>
Task<Done> ask_database(Database* database, Op op, Clock* clock, Answer* answer) {
  auto reply = co_await (*database)(op);
  answer->reply.emplace(reply ? Result<Done>(Done{}) : Result<Done>(reply.error()));
  answer->at = clock->now();
  co_return Done{};
}

Task<Done> ask_cache(Cache* cache, Key key, bool* ok) {
  const auto reply = co_await (*cache)(Get{key});
  *ok = reply.ok();
  co_return Done{};
}

TroubleRule rule_of(Kind kind, When when = When::before, Duration time = 50ms) {
  return {.operation = "any", .kind = kind, .when = when, .share = 1, .time = time, .jitter = {}};
}

class Trouble : public testing::Test {
 protected:
  void rules(std::vector<TroubleRule> rules) {
    database_ = std::make_unique<TroubledDatabase>(inner_, std::move(rules), clock_, random_);
  }
  // Asks once, lets a second pass and tells what came of it.
  template <class Op>
  Answer ask(Op op) {
    Answer answer;
    const Instant begin = clock_.now();
    TaskScope scope;
    scope.spawn(ask_database(database_.get(), op, &clock_, &answer));
    clock_.pass_until(begin + 1s);
    answer.at = answer.came() ? Instant(answer.at - begin) : kNever;
    return answer;
  }
  Answer write() { return ask(TakeIfAvailable{}); }
  Answer read() { return ask(ReadStock{}); }

  void expect_told(const Answer& answer, Cause cause, bool definite) {
    ASSERT_TRUE(answer.came());
    ASSERT_FALSE(answer.reply->ok());
    const Error& error = answer.reply->error();
    EXPECT_EQ(error.store(), Store::postgres);
    EXPECT_EQ(error.cause(), cause);
    EXPECT_EQ(error.definite(), definite);
  }
  // Of a thousand writes, how many were struck.
  std::int64_t struck_of_a_thousand(TroubleRule rule, double share) {
    rule.share = share;
    rules({rule});
    for (int i = 0; i < 1000; ++i) (void)write();
    return database_->struck().at(0);
  }

  ManualClock clock_;
  Random random_{7};
  FakeDatabase inner_{clock_};
  std::unique_ptr<TroubledDatabase> database_;
};

TEST_F(Trouble, RulesMatchAnOperationItsStoreOrAll) {
  const auto matches = [](const char* operation, Store store, std::string_view name) {
    TroubleRule rule;
    rule.operation = operation;
    return rule.matches(store, name);
  };
  EXPECT_TRUE(matches("get", Store::redis, "get"));
  EXPECT_FALSE(matches("get", Store::redis, "get_versioned"));
  EXPECT_TRUE(matches("redis", Store::redis, "get"));
  EXPECT_FALSE(matches("redis", Store::postgres, "read_stock"));
  EXPECT_TRUE(matches("postgres", Store::postgres, "read_stock"));
  EXPECT_TRUE(matches("any", Store::redis, "get"));
  EXPECT_TRUE(matches("any", Store::postgres, "read_stock"));
}

TEST_F(Trouble, OperationsHaveNamesOfTheirOwn) {
  const std::vector<std::string> names = operation_names();
  const std::set<std::string> all(names.begin(), names.end());
  EXPECT_EQ(names.size(),
            std::variant_size_v<CacheOperation> + std::variant_size_v<DatabaseOperation>);
  EXPECT_EQ(all.size(), names.size()) << "two operations share a name";
  EXPECT_TRUE(all.contains("get"));
  EXPECT_TRUE(all.contains("take_if_available"));
  for (const char* group : {"redis", "postgres", "any"}) EXPECT_FALSE(all.contains(group));
}

TEST_F(Trouble, WithoutRulesIsNone) {
  rules({});
  EXPECT_TRUE(write().reply->ok());
  EXPECT_EQ(inner_.happened, 1);
  EXPECT_EQ(database_->deaths(), 0);
}

TEST_F(Trouble, DelayBeforeHoldsTheOperationBack) {
  rules({rule_of(Kind::delay)});
  const Answer answer = write();
  EXPECT_TRUE(answer.reply->ok());
  EXPECT_EQ(inner_.asked.at(0), kRunStart + 50ms);
  EXPECT_EQ(answer.at, kRunStart + 50ms);
}

TEST_F(Trouble, DelayAfterHoldsTheReplyBack) {
  inner_.takes = 5ms;
  rules({rule_of(Kind::delay, When::after)});
  const Answer answer = write();
  EXPECT_TRUE(answer.reply->ok());
  EXPECT_EQ(inner_.asked.at(0), kRunStart);
  EXPECT_EQ(answer.at, kRunStart + 55ms);
}

TEST_F(Trouble, DelayJittersBetweenItsTimeAndItsTimeWithJitter) {
  TroubleRule rule = rule_of(Kind::delay);
  rule.jitter = 10ms;
  rules({rule});
  Instant least = kNever;
  Instant most = kRunStart;
  for (int i = 0; i < 200; ++i) {
    const Instant at = write().at;
    least = std::min(least, at);
    most = std::max(most, at);
  }
  EXPECT_GE(least, kRunStart + 50ms);
  EXPECT_LT(least, kRunStart + 52ms);
  EXPECT_GT(most, kRunStart + 58ms);
  EXPECT_LE(most, kRunStart + 60ms);
}

TEST_F(Trouble, LostRequestNeverHappensAndAWriteCannotKnow) {
  rules({rule_of(Kind::lose_request)});
  const Answer answer = write();
  expect_told(answer, Cause::timed_out, false);
  EXPECT_EQ(answer.at, kRunStart + 50ms);
  EXPECT_EQ(inner_.happened, 0);
  expect_told(read(), Cause::timed_out, true);
}

TEST_F(Trouble, LostReplyIsOfAnOperationThatHappened) {
  inner_.takes = 20ms;
  rules({rule_of(Kind::lose_reply)});
  const Answer answer = write();
  expect_told(answer, Cause::timed_out, false);
  EXPECT_EQ(answer.at, kRunStart + 50ms) << "counted from the asking";
  EXPECT_EQ(inner_.happened, 1);
  expect_told(read(), Cause::timed_out, true);
}

TEST_F(Trouble, LostReplyIsNotMissedBeforeTheOperationHappened) {
  inner_.takes = 80ms;
  rules({rule_of(Kind::lose_reply)});
  const Answer answer = write();
  expect_told(answer, Cause::timed_out, false);
  EXPECT_EQ(answer.at, kRunStart + 80ms);
}

TEST_F(Trouble, LostReplyTakesARefusalWithIt) {
  inner_.refusal = Error(Store::postgres, Cause::duplicate_key, true, "23505", "placed before");
  rules({rule_of(Kind::lose_reply)});
  expect_told(write(), Cause::timed_out, false);
}

TEST_F(Trouble, CutBeforeHappensNotAndCutAfterHappens) {
  rules({rule_of(Kind::cut, When::before)});
  const Answer before = write();
  expect_told(before, Cause::connection_lost, false);
  EXPECT_EQ(before.at, kRunStart);
  EXPECT_EQ(inner_.happened, 0);
  rules({rule_of(Kind::cut, When::after)});
  expect_told(write(), Cause::connection_lost, false);
  EXPECT_EQ(inner_.happened, 1);
  expect_told(read(), Cause::connection_lost, true);
}

TEST_F(Trouble, WhoLosesAnAnswerWithinATransactionHasItRolledBack) {
  using Names = std::vector<std::string_view>;
  const auto asked_by = [this](TroubleRule rule, auto operation) {
    inner_.names.clear();
    rules({std::move(rule)});
    EXPECT_FALSE(ask(operation).reply->ok());
    return std::exchange(inner_.names, {});
  };
  constexpr TransactionId kIn{7};
  EXPECT_EQ(asked_by(rule_of(Kind::lose_reply), Begin{}), (Names{"begin", "rollback"}));
  EXPECT_EQ(asked_by(rule_of(Kind::lose_request), Begin{}), Names{});
  EXPECT_EQ(asked_by(rule_of(Kind::lose_request), Commit{kIn}), Names{"rollback"});
  EXPECT_EQ(asked_by(rule_of(Kind::cut), TakeIn{kIn}), Names{"rollback"});
  EXPECT_EQ(asked_by(rule_of(Kind::cut, When::after), Rollback{kIn}),
            (Names{"rollback", "rollback"}));
  EXPECT_EQ(asked_by(rule_of(Kind::cut, When::after), ReadStock{}), Names{"read_stock"});
  rules({rule_of(Kind::die, When::after)});
  EXPECT_FALSE(ask(Begin{}).came());
  EXPECT_EQ(inner_.names, Names{"begin"}) << "the server has yet to find out";
}

TEST_F(Trouble, ADeadClientIsNeverAnswered) {
  rules({rule_of(Kind::die, When::before)});
  EXPECT_FALSE(write().came());
  EXPECT_EQ(inner_.happened, 0);
  EXPECT_EQ(database_->deaths(), 1);
  rules({rule_of(Kind::die, When::after)});
  EXPECT_FALSE(write().came());
  EXPECT_FALSE(read().came());
  EXPECT_EQ(inner_.happened, 2);
  EXPECT_EQ(database_->deaths(), 2);
}

TEST_F(Trouble, KnowsWhoseTheDeadAre) {
  rules({rule_of(Kind::die)});
  Answer of_a_buyer;
  Answer of_a_relay;
  TaskScope buyers;
  TaskScope relays;
  buyers.spawn(ask_database(database_.get(), TakeIfAvailable{}, &clock_, &of_a_buyer));
  relays.spawn(ask_database(database_.get(), ReadOutbox{}, &clock_, &of_a_relay));
  EXPECT_EQ(database_->deaths(buyers), 1);
  EXPECT_EQ(database_->deaths(relays), 1);
  EXPECT_EQ(database_->deaths(), 2);
}

TEST_F(Trouble, MayEndBeforeTheDeadItMade) {
  rules({rule_of(Kind::die)});
  Answer answer;
  TaskScope scope;
  scope.spawn(ask_database(database_.get(), TakeIfAvailable{}, &clock_, &answer));
  database_.reset();
  EXPECT_EQ(scope.alive(), 1U);
}

TEST_F(Trouble, StrikesItsShareOfEachKind) {
  for (const When when : {When::before, When::after}) {
    for (const Kind kind :
         {Kind::delay, Kind::lose_request, Kind::lose_reply, Kind::cut, Kind::die}) {
      const TroubleRule rule = rule_of(kind, when);
      SCOPED_TRACE(static_cast<int>(kind));
      EXPECT_EQ(struck_of_a_thousand(rule, 0), 0);
      EXPECT_EQ(struck_of_a_thousand(rule, 1), 1000);
      const std::int64_t some = struck_of_a_thousand(rule, 0.3);
      EXPECT_GT(some, 200);  // seven standard deviations away
      EXPECT_LT(some, 400);
      EXPECT_EQ(database_->deaths(), kind == Kind::die ? some : 0);
    }
  }
}

TEST_F(Trouble, WithAWindowStrikesWithinItAlone) {
  StrikeWindow window;
  TroubleRule rule = rule_of(Kind::cut);
  rule.window = &window;
  rules({rule});
  EXPECT_TRUE(write().reply->ok()) << "nobody knows yet when it begins";
  window.from = clock_.now();
  window.until = clock_.now() + 2s;
  EXPECT_FALSE(write().reply->ok());
  EXPECT_FALSE(write().reply->ok());
  EXPECT_TRUE(write().reply->ok());
  EXPECT_EQ(database_->struck().at(0), 2);
}

TEST_F(Trouble, LosesTheReplyThatComesWithinTheWindow) {
  StrikeWindow window;
  TroubleRule rule = rule_of(Kind::lose_reply);
  rule.window = &window;
  rules({rule});
  inner_.takes = 20ms;
  window.from = clock_.now() + 10ms;
  window.until = clock_.now() + 30ms;
  EXPECT_FALSE(write().reply->ok());
  EXPECT_EQ(inner_.happened, 1);
}

TEST_F(Trouble, OfAnotherOperationLeavesThisOneAlone) {
  TroubleRule rule = rule_of(Kind::cut);
  rule.operation = "read_stock";
  rules({rule});
  EXPECT_TRUE(write().reply->ok());
  expect_told(read(), Cause::connection_lost, true);
  EXPECT_EQ(database_->struck(), std::vector<std::int64_t>{1});
}

TEST_F(Trouble, RulesStrikeInTheirOrderUntilOneEndsTheOperation) {
  rules({rule_of(Kind::lose_reply, When::before, 40ms), rule_of(Kind::delay),
         rule_of(Kind::delay, When::before, 30ms), rule_of(Kind::cut, When::after)});
  const Answer answer = write();
  expect_told(answer, Cause::timed_out, false);
  EXPECT_EQ(inner_.asked.at(0), kRunStart + 80ms) << "both delays";
  EXPECT_EQ(answer.at, kRunStart + 120ms) << "the reply is missed after the asking itself";
  EXPECT_EQ(database_->struck(), (std::vector<std::int64_t>{1, 1, 1, 0}));
}

TEST_F(Trouble, OfACacheIsOfRedis) {
  FakeCache inner;
  TroubleRule redis = rule_of(Kind::cut);
  redis.operation = "redis";
  TroubleRule postgres = rule_of(Kind::die);
  postgres.operation = "postgres";
  TroubledCache cache(inner, {postgres, redis}, clock_, random_);
  bool ok = true;
  TaskScope scope;
  scope.spawn(ask_cache(&cache, Key{KeyFamily::inventory, ItemId{1}}, &ok));
  EXPECT_FALSE(ok);
  EXPECT_EQ(cache.struck(), (std::vector<std::int64_t>{0, 1}));
}

}  // namespace
}  // namespace doorbuster
