// Two logs: refusals judged by the gate's own, and how far it and the database's are apart.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "audit/judge_history.h"
#include "audit/shop_testing.h"

namespace doorbuster {
namespace {

using testing::HasSubstr;

constexpr ItemId kItem{1};

Instant at(Duration since) { return kRunStart + since; }

JudgedHistory shop_of(Quantity units) {
  JudgedHistory history;
  history.items.emplace_back();
  history.items[0].item = kItem;
  history.items[0].initial = history.items[0].left = units;
  history.items[0].gate = GateAccount{.left = units, .settled = 0, .pending = {}, .sequence = 0};
  return history;
}

// A shop of one item with a gate. Every step takes a millisecond, the buyer's two more.
class GatedShop : public testing::Test {
 protected:
  // What the gate does at `when`; its account at rest follows.
  void changes(std::int64_t key, Duration when, std::int32_t by) {
    GateAccount& gate = *history_.items[0].gate;
    const auto before = static_cast<std::int32_t>(*gate.left);
    *gate.left += by;
    const auto sequence = static_cast<std::int32_t>(++*gate.sequence);
    history_.gate_log.push_back({OrderKey{key}, at(when), at(when + 1ms), kItem, sequence, before,
                                 static_cast<std::int32_t>(*gate.left)});
  }
  void grant(std::int64_t key, Duration when, std::int32_t units = 1) {
    changes(key, when, -units);
  }
  void give_back(std::int64_t key, Duration when, std::int32_t units = 1) {
    changes(key, when, units);
  }
  void lose(std::size_t change) {
    history_.gate_log.erase(history_.gate_log.begin() + static_cast<std::ptrdiff_t>(change) - 1);
  }

  void write(std::int64_t key, std::int32_t version) {
    PlacedOrder order;
    order.order = static_cast<std::int64_t>(history_.orders.size()) + 1;
    order.key = OrderKey{key};
    order.item = kItem;
    order.version = version;
    history_.orders.push_back(order);
    --history_.items[0].left;
  }

  // Of the gate: told after this change that so many were left.
  void refuse(Duration from, Duration until, std::int32_t change, std::int32_t left,
              std::int32_t wanted = 1) {
    refuse_otherwise(from, until, wanted);
    history_.operations.back().source = AnswerSource::gate;
    history_.operations.back().version = change;
    history_.operations.back().value = left;
  }
  void refuse_otherwise(Duration from, Duration until, std::int32_t wanted = 1) {
    Operation refused;
    refused.op = OperationId{static_cast<std::uint32_t>(history_.operations.size())};
    refused.key = OrderKey{1000 + static_cast<std::int64_t>(history_.operations.size())};
    refused.item = kItem;
    refused.quantity = wanted;
    refused.kind = OperationKind::buy;
    refused.outcome = Answer::sold_out;
    refused.scheduled = refused.started = at(from);
    refused.finished = at(until);
    history_.operations.push_back(refused);
  }

  PropertyFinding judged() const {
    JudgeOptions options;
    options.properties = {"no_false_sold_out"};
    return judge_history(history_, options).findings.at(0);
  }
  std::string why() const { return judged().undecided; }
  GateDivergence divergence() const { return judge_history(history_, {}).divergence.value(); }

  JudgedHistory history_ = shop_of(2);
};

using FalseSoldOutAtAGate = GatedShop;

TEST_F(FalseSoldOutAtAGate, IsOneThatTheGateSaidAfterAChangeThatLeftEnough) {
  grant(1, 10ms);
  grant(2, 20ms);
  refuse(5ms, 30ms, 2, 0);
  EXPECT_EQ(judged().verdict, Verdict::holds);
  EXPECT_EQ(judged().possible, 0) << "the number says which state it was";
  refuse(5ms, 30ms, 1, 1);
  const PropertyFinding finding = judged();
  EXPECT_EQ(finding.verdict, Verdict::broken);
  EXPECT_EQ(finding.found, 1);
  EXPECT_THAT(finding.violations.at(0).sentence, HasSubstr("at least 1 left, from its change 1"));
  EXPECT_EQ(finding.violations[0].operations.at(0), OperationId{1});
}

// As a folder of CSV tells it: of the gate nothing but what it answered.
TEST_F(FalseSoldOutAtAGate, AccusesNobodyWhereOnlyTheAnswersTellOfAGate) {
  refuse(5ms, 30ms, 2, 0);
  history_.items[0].gate.reset();
  JudgeOptions options;
  options.properties = {"no_false_sold_out", "linearizable_stock"};
  for (const PropertyFinding& finding : judge_history(history_, options).findings) {
    EXPECT_EQ(finding.verdict, Verdict::undecided) << finding.name;
  }
}

TEST_F(FalseSoldOutAtAGate, MayBeOneWhereTheNumberIsNotToldOrCannotBe) {
  grant(1, 10ms);
  grant(2, 20ms);
  refuse(5ms, 30ms, kNoVersion, kNoStock);
  EXPECT_EQ(judged().verdict, Verdict::holds);
  EXPECT_EQ(judged().possible, 1);
  refuse(15ms, 18ms, 2, 0);  // before the second was asked for: an answer of another time
  EXPECT_EQ(judged().verdict, Verdict::broken) << "it had one left all the time";
}

TEST_F(FalseSoldOutAtAGate, KnowsOfUnitsThatCameBackInBetween) {
  grant(1, 10ms, 2);
  give_back(1, 20ms, 2);
  grant(2, 30ms, 2);
  refuse(12ms, 40ms, 1, 0);
  refuse(12ms, 40ms, 3, 0);
  EXPECT_EQ(judged().verdict, Verdict::holds);
  refuse(22ms, 25ms, kNoVersion, kNoStock);
  EXPECT_EQ(judged().verdict, Verdict::broken);
}

TEST_F(FalseSoldOutAtAGate, IsDecidedThoughOneChangeIsByNobodyKnownAndNotThroughTwo) {
  for (int i = 0; i < 3; ++i) {
    grant(i, 10ms * (2 * i + 1));
    give_back(i, 10ms * (2 * i + 2));
  }
  refuse(5ms, 100ms, 3, 1, 2);
  refuse(5ms, 100ms, 3, 1, 1);
  lose(3);
  EXPECT_EQ(judged().verdict, Verdict::broken);
  EXPECT_EQ(judged().found, 1) << "what the next change found before it the lost one had left";
  lose(3);
  EXPECT_EQ(judged().verdict, Verdict::undecided);
  EXPECT_THAT(why(), HasSubstr("changes 3 to 4 of its gate are by nobody known"));
}

TEST_F(FalseSoldOutAtAGate, IsNotDecidedPastTheEndOfWhatIsKnown) {
  for (int i = 0; i < 2; ++i) grant(i, 10ms * (i + 1));
  refuse(30ms, 40ms, 2, 0);
  lose(2);
  EXPECT_EQ(judged().verdict, Verdict::holds) << "what is left at rest tells the last one";
  lose(1);
  EXPECT_THAT(why(), HasSubstr("changes 1 to 2 of its gate"));
  history_.items[0].gate.reset();
  EXPECT_THAT(why(), HasSubstr("the order of its answers is not known")) << "an older history";
}

TEST_F(FalseSoldOutAtAGate, IsNotDecidedWhereTheGateContradictsItself) {
  grant(1, 10ms);
  grant(2, 20ms);
  refuse(30ms, 40ms, 2, 0);
  const JudgedHistory sound = history_;
  history_.gate_log[1].sequence = 1;
  EXPECT_THAT(why(), HasSubstr("the number 1 twice"));
  history_ = sound;
  history_.gate_log[1].before = 2;
  EXPECT_THAT(why(), HasSubstr("its gate had 2 before change 2, after 1"));
  history_ = sound;
  history_.items[0].gate->left = 1;
  EXPECT_THAT(why(), HasSubstr("has 1 at rest, and its last change left 0"));
  history_ = sound;
  history_.items[0].gate->sequence = 1;
  EXPECT_THAT(why(), HasSubstr("it lost some"));
  history_ = sound;
  history_.operations[0].value = 1;
  EXPECT_THAT(why(), HasSubstr("was told that 1 were left after change 2"));
  history_ = sound;
  history_.items[0].gate.reset();
  EXPECT_THAT(why(), HasSubstr("was not read at rest"));
}

// The database's no after the gate's yes, or an instance's from memory.
TEST_F(FalseSoldOutAtAGate, OfAnotherThanTheGateIsTrueWhereEitherHadTooLittle) {
  grant(1, 10ms);
  grant(2, 20ms);
  refuse_otherwise(40ms, 50ms);
  EXPECT_EQ(judged().verdict, Verdict::holds) << "the gate had none";
  give_back(2, 30ms);
  EXPECT_EQ(judged().verdict, Verdict::broken) << "both had enough";
  write(1, 1);
  EXPECT_EQ(judged().verdict, Verdict::broken);
  write(3, 2);
  EXPECT_EQ(judged().verdict, Verdict::holds) << "the database had none, for all that is known";
  EXPECT_EQ(judged().possible, 1);
  history_.orders[1].version = kNoVersion;
  EXPECT_EQ(judged().verdict, Verdict::undecided);
  EXPECT_THAT(why(), HasSubstr("its orders carry no version"));
}

// An honest gate, whatever of its log is lost, is never accused; and one lie is found.
TEST_F(FalseSoldOutAtAGate, OverHonestGatesByChanceThereIsNoAlarmAndALieIsFound) {
  const std::uint64_t seed = test_seed();
  int decided = 0;
  for (std::uint64_t run = 0; run < 300; ++run) {
    Random random(stream_seed(seed, 1, run));
    history_ = shop_of(20);
    const auto a_while = [&] { return 1ms * static_cast<std::int64_t>(random.below(30)); };
    std::vector<std::int64_t> holding;
    for (int step = 1; step <= 60; ++step) {
      const Duration now = 10ms * step;
      const auto left = static_cast<std::int32_t>(*history_.items[0].gate->left);
      const auto change = static_cast<std::int32_t>(*history_.items[0].gate->sequence);
      const auto wanted = static_cast<std::int32_t>(1 + random.below(5));
      if (!holding.empty() && random.chance(0.2)) {
        give_back(holding.back(), now, static_cast<std::int32_t>(holding.back() % 10));
        holding.pop_back();
      } else if (left >= wanted) {
        grant(step * 10 + wanted, now, wanted);
        holding.push_back(step * 10 + wanted);
      } else {
        refuse(now - a_while(), now + a_while(), change, left, wanted);
      }
    }
    const JudgedHistory whole = history_;
    ASSERT_EQ(judged().verdict, Verdict::holds) << "seed " << seed << ", run " << run;
    ASSERT_EQ(judged().possible, 0);
    for (int lost = 0; lost < 3; ++lost) lose(1 + random.below(history_.gate_log.size()));
    ASSERT_NE(judged().verdict, Verdict::broken) << "seed " << seed << ", run " << run;
    decided += judged().verdict == Verdict::holds ? 1 : 0;
    history_ = whole;
    const GateChange& before = history_.gate_log.at(random.below(history_.gate_log.size()));
    const Duration when = since_start(before.answered) + 1ms;
    if (before.after == 0) continue;
    refuse(when, when + 1ms, before.sequence, before.after, before.after);
    ASSERT_EQ(judged().found, 1) << "seed " << seed << ", run " << run;
  }
  EXPECT_GT(decided, 0) << "single losses leave it decided";
}

using Divergence = GatedShop;

TEST_F(Divergence, OfTwoLogsThatAgreeIsNone) {
  grant(1, 10ms);
  grant(2, 20ms);
  write(1, 1);
  write(2, 2);
  const GateDivergence apart = divergence();
  EXPECT_EQ(apart.granted_without_row, 0);
  EXPECT_EQ(apart.rows_without_grant, 0);
  EXPECT_EQ(apart.unknown_changes, 0);
  EXPECT_EQ(apart.orders_in_both, 2);
  EXPECT_EQ(apart.displaced, 0);
  EXPECT_EQ(apart.greatest_displacement, 0);
}

TEST_F(Divergence, CountsGrantsWithoutARowAndRowsThatHoldNothing) {
  grant(1, 10ms);  // leaked
  grant(2, 20ms);
  give_back(2, 30ms);  // and written all the same
  grant(3, 40ms);
  give_back(3, 50ms);
  grant(3, 60ms);
  write(2, 1);
  write(3, 2);
  write(4, 3);  // past the gate
  write(3, 4);  // a duplicate order, which is judged elsewhere
  GateDivergence apart = divergence();
  EXPECT_EQ(apart.granted_without_row, 1);
  EXPECT_EQ(apart.rows_without_grant, 2);
  EXPECT_EQ(apart.orders_in_both, 1);
  lose(6);
  lose(1);
  apart = divergence();
  EXPECT_EQ(apart.unknown_changes, 2);
  EXPECT_EQ(apart.granted_without_row, 0);
  EXPECT_EQ(apart.rows_without_grant, 4) << "as far as is known";
}

TEST_F(Divergence, SaysHowFarTheOrdersOfTheTwoAreApart) {
  for (int key = 1; key <= 5; ++key) grant(key, 10ms * key);
  write(2, 1);
  write(3, 2);
  write(4, 3);
  write(1, 4);  // granted first, written last but one
  write(5, 5);
  GateDivergence apart = divergence();
  EXPECT_EQ(apart.orders_in_both, 5);
  EXPECT_EQ(apart.displaced, 4);
  EXPECT_EQ(apart.greatest_displacement, 3);
  history_.orders[2].version = kNoVersion;
  apart = divergence();
  EXPECT_EQ(apart.orders_in_both, 5);
  EXPECT_EQ(apart.displaced, std::nullopt) << "nobody knows the database's order";
}

TEST_F(Divergence, IsNotSpokenOfWhereNoGateKeptALog) {
  EXPECT_TRUE(judge_history(history_, {}).divergence);
  history_.items[0].gate->sequence.reset();
  EXPECT_FALSE(judge_history(history_, {}).divergence) << "a history of before";
  history_.items[0].gate.reset();
  EXPECT_FALSE(judge_history(history_, {}).divergence);
}

}  // namespace
}  // namespace doorbuster
