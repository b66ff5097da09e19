#include "strategy/circuit_breaker.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace doorbuster {
namespace {

using State = CircuitBreaker::State;

constexpr CircuitBreaker::Settings kThree = {
    .failures = 3, .failure_rate = 0.5, .window = 1s, .open_for = 2s, .probes = 2};

Instant at(Duration time) { return kRunStart + time; }

// One that begins and ends at once; whether it was let in.
bool pass(CircuitBreaker* breaker, bool well, Duration time) {
  const auto permit = breaker->ask(at(time));
  if (permit) breaker->ended(*permit, well, at(time));
  return permit.has_value();
}

// Each letter is one that asks: '+' ends well, '-' fails, and the digits are its time in ms.
struct Row {
  const char* story;
  std::vector<std::pair<int, char>> ends;
  State then;
};

TEST(CircuitBreaker, OpensOnAFewFailuresThatAreAlsoAShareOfTheWindow) {
  const std::vector<Row> rows = {
      {"nothing happened", {}, State::closed},
      {"too few", {{0, '-'}, {1, '-'}}, State::closed},
      {"enough", {{0, '-'}, {1, '-'}, {2, '-'}}, State::open},
      {"enough, and half of all",
       {{0, '+'}, {0, '+'}, {0, '+'}, {1, '-'}, {1, '-'}, {1, '-'}},
       State::open},
      {"enough, but less than half of all",
       {{0, '+'}, {0, '+'}, {0, '+'}, {0, '+'}, {1, '-'}, {1, '-'}, {1, '-'}},
       State::closed},
      {"the first is forgotten when the third comes",
       {{0, '-'}, {500, '-'}, {1000, '-'}},
       State::closed},
      {"the first is still known when the third comes",
       {{0, '-'}, {500, '-'}, {999, '-'}},
       State::open},
      {"what went well is forgotten too",
       {{0, '+'}, {0, '+'}, {0, '+'}, {0, '+'}, {1500, '-'}, {1500, '-'}, {1500, '-'}},
       State::open},
  };
  for (const Row& row : rows) {
    CircuitBreaker breaker(kThree);
    for (const auto& [ms, end] : row.ends) pass(&breaker, end == '+', ms * 1ms);
    EXPECT_EQ(breaker.state(), row.then) << row.story;
  }
}

class OpenedBreaker : public testing::Test {
 protected:
  OpenedBreaker() {
    for (int i = 0; i < 3; ++i) pass(&breaker_, false, 0s);
  }
  CircuitBreaker breaker_{kThree};
};

TEST_F(OpenedBreaker, LetsNobodyInWhileItIsOpen) {
  EXPECT_FALSE(pass(&breaker_, true, 0s));
  EXPECT_FALSE(pass(&breaker_, true, 1999ms));
  EXPECT_EQ(breaker_.state(), State::open);
}

TEST_F(OpenedBreaker, LetsAFewInThenAndClosesWhenAllOfThemEndWell) {
  const auto first = breaker_.ask(at(2s));
  const auto second = breaker_.ask(at(2s));
  ASSERT_TRUE(first && second);
  EXPECT_FALSE(breaker_.ask(at(2s))) << "two probes are enough";
  breaker_.ended(*first, true, at(2s));
  EXPECT_EQ(breaker_.state(), State::half_open);
  EXPECT_FALSE(breaker_.ask(at(2s))) << "one that ended makes no room for another";
  breaker_.ended(*second, true, at(2s));
  EXPECT_EQ(breaker_.state(), State::closed);
  EXPECT_TRUE(breaker_.ask(at(2s)));
}

TEST_F(OpenedBreaker, OpensAgainForAsLongWhenOneOfThemFails) {
  EXPECT_TRUE(pass(&breaker_, true, 2s));
  EXPECT_TRUE(pass(&breaker_, false, 3s));
  EXPECT_EQ(breaker_.state(), State::open);
  EXPECT_FALSE(pass(&breaker_, true, 4999ms));
  EXPECT_TRUE(pass(&breaker_, true, 5s));
  EXPECT_EQ(breaker_.opened(), at(0s)) << "it was never closed between";
}

TEST_F(OpenedBreaker, SendsOtherProbesWhereThoseBeforeNeverEnd) {
  ASSERT_TRUE(breaker_.ask(at(2s)) && breaker_.ask(at(2s)));
  EXPECT_FALSE(breaker_.ask(at(3999ms)));
  EXPECT_TRUE(pass(&breaker_, true, 4s));
  EXPECT_TRUE(pass(&breaker_, true, 4s));
  EXPECT_EQ(breaker_.state(), State::closed);
}

TEST_F(OpenedBreaker, ForgetsWhatItSawBeforeItOpened) {
  EXPECT_TRUE(pass(&breaker_, true, 2s));
  EXPECT_TRUE(pass(&breaker_, true, 2s));
  pass(&breaker_, false, 2s);
  pass(&breaker_, false, 2s);
  EXPECT_EQ(breaker_.state(), State::closed);
}

TEST(CircuitBreaker, DoesNotCountWhoBeganInAStateThatIsOver) {
  CircuitBreaker breaker(kThree);
  const auto early = breaker.ask(at(0s));
  ASSERT_TRUE(early);
  for (int i = 0; i < 3; ++i) pass(&breaker, false, 0s);
  breaker.ended(*early, true, at(1s));
  EXPECT_EQ(breaker.state(), State::open);

  const auto probe = breaker.ask(at(2s));
  ASSERT_TRUE(probe);
  breaker.ended(*early, false, at(2s));
  EXPECT_EQ(breaker.state(), State::half_open) << "a time-out of before says nothing of now";
  breaker.ended(*probe, true, at(2s));
  EXPECT_TRUE(pass(&breaker, true, 2s));
  breaker.ended(*probe, false, at(2s));
  EXPECT_EQ(breaker.state(), State::closed);
}

}  // namespace
}  // namespace doorbuster
