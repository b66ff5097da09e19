#include "loop/real_clock.h"

#include <gtest/gtest.h>

#include <vector>

#include "base/random.h"

namespace doorbuster {
namespace {

struct Woken {
  Instant asked, at;
};

Task<Done> sleep_and_tell(RealClock* clock, Instant when, std::vector<Woken>* woken) {
  (void)co_await clock->sleep_until(when);
  woken->push_back({when, clock->now()});
  co_return Done{};
}

class RealClockTest : public ::testing::Test {
 protected:
  EventLoop loop_;
  RealClock clock_{loop_, steady_now(), 100us};
};

TEST_F(RealClockTest, WakesEverySleeperInOrderAndNeverEarly) {
  std::vector<Woken> woken;
  TaskScope scope;
  Random random(7);
  for (int i = 0; i < 2000; ++i) {
    const Instant when = clock_.now() + std::chrono::microseconds(random.below(20'000));
    scope.spawn(sleep_and_tell(&clock_, when, &woken));
  }
  (void)loop_.run_until_done(clock_.sleep_until(clock_.now() + 25ms));
  ASSERT_EQ(woken.size(), 2000u);
  EXPECT_EQ(clock_.sleeping(), 0u);
  for (std::size_t i = 0; i < woken.size(); ++i) {
    EXPECT_GE(woken[i].at, woken[i].asked);
  }
}

TEST_F(RealClockTest, WakesTheEarliestFirstWhicheverWasAskedFirst) {
  std::vector<Woken> woken;
  TaskScope scope;
  const Instant start = clock_.now() + 2ms;
  for (const int millis : {3, 1, 4, 0, 2}) {
    scope.spawn(sleep_and_tell(&clock_, start + std::chrono::milliseconds(millis), &woken));
  }
  (void)loop_.run_until_done(clock_.sleep_until(start + 5ms));
  ASSERT_EQ(woken.size(), 5u);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(woken[i].asked, start + std::chrono::milliseconds(i));
}

TEST_F(RealClockTest, ATimeThatHasPassedCompletesAtOnce) {
  std::vector<Woken> woken;
  TaskScope scope;
  scope.spawn(sleep_and_tell(&clock_, clock_.now(), &woken));
  EXPECT_EQ(woken.size(), 1u);
}

TEST_F(RealClockTest, ReleasesThoseDueInOneTickTogether) {
  RealClock coarse(loop_, steady_now(), 20ms);
  std::vector<Woken> woken;
  TaskScope scope;
  for (int i = 1; i <= 10; ++i) {
    scope.spawn(sleep_and_tell(&coarse, kRunStart + 20ms + std::chrono::milliseconds(i), &woken));
  }
  (void)loop_.run_until_done(coarse.sleep_until(kRunStart + 40ms));
  ASSERT_EQ(woken.size(), 10u);
  EXPECT_GE(woken.front().at, kRunStart + 40ms);
}

TEST_F(RealClockTest, ForgetsSleepersThatAreDestroyed) {
  std::vector<Woken> woken;
  Random random(11);
  {
    TaskScope kept;
    for (int i = 0; i < 500; ++i) {
      TaskScope destroyed;
      for (TaskScope* scope : {&kept, &destroyed}) {
        const Instant when = clock_.now() + 1ms + std::chrono::microseconds(random.below(5'000));
        scope->spawn(sleep_and_tell(&clock_, when, &woken));
      }
    }
    EXPECT_EQ(clock_.sleeping(), 500u);
    (void)loop_.run_until_done(clock_.sleep_until(clock_.now() + 10ms));
  }
  EXPECT_EQ(woken.size(), 500u);
  EXPECT_EQ(clock_.sleeping(), 0u);
}

TEST_F(RealClockTest, AHundredThousandWaitAndSomeWaitForEver) {
  std::vector<Woken> woken;
  TaskScope scope;
  for (int i = 0; i < 100'000; ++i) {
    scope.spawn(sleep_and_tell(&clock_, i % 2 == 0 ? kNever : clock_.now() + 1h, &woken));
  }
  EXPECT_EQ(clock_.sleeping(), 100'000u);
  (void)loop_.run_until_done(clock_.sleep_until(clock_.now() + 1ms));
  EXPECT_TRUE(woken.empty());
  scope.destroy_all();
  EXPECT_EQ(clock_.sleeping(), 0u);
}

}  // namespace
}  // namespace doorbuster
