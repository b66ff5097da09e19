#include "sim/scheduler.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "base/task_scope.h"
#include "sim/virtual_clock.h"

namespace doorbuster {
namespace {

Task<Done> sleep_and_tell(Clock* clock, Duration until, std::string name, std::string* told) {
  (void)co_await clock->sleep_until(kRunStart + until);
  *told += name;
  co_return Done{};
}

Task<Done> nap(Clock* clock, int times, Duration each) {
  for (int i = 0; i < times; ++i) (void)co_await clock->sleep_until(clock->now() + each);
  co_return Done{};
}

class SchedulerTest : public testing::Test {
 protected:
  Scheduler scheduler_;
  VirtualClock clock_{scheduler_};
  std::string told_;
  TaskScope scope_;
};

TEST_F(SchedulerTest, SleepersWakeInTheOrderOfTheirTimesTiesInTheOrderOfAsking) {
  scope_.spawn(sleep_and_tell(&clock_, 2s, "c", &told_));
  scope_.spawn(sleep_and_tell(&clock_, 1s, "a", &told_));
  scope_.spawn(sleep_and_tell(&clock_, 1s, "b", &told_));
  EXPECT_EQ(told_, "");
  scheduler_.run();
  EXPECT_EQ(told_, "abc");
  EXPECT_EQ(clock_.now(), kRunStart + 2s);
}

TEST_F(SchedulerTest, ATimeThatHasPassedCompletesAtOnce) {
  scheduler_.run_until(kRunStart + 5s);
  scope_.spawn(sleep_and_tell(&clock_, 5s, "now", &told_));
  EXPECT_EQ(told_, "now");
}

TEST_F(SchedulerTest, RunningUntilATimeLeavesWhatIsLaterAndSetsTheTime) {
  scope_.spawn(sleep_and_tell(&clock_, 1s, "a", &told_));
  scope_.spawn(sleep_and_tell(&clock_, 3s, "b", &told_));
  scheduler_.run_until(kRunStart + 2s);
  EXPECT_EQ(told_, "a");
  EXPECT_EQ(clock_.now(), kRunStart + 2s);
  EXPECT_EQ(scheduler_.parked(), 1U);
}

TEST_F(SchedulerTest, ASleeperThatIsDestroyedIsForgotten) {
  {
    TaskScope gone;
    gone.spawn(sleep_and_tell(&clock_, 9s, "x", &told_));
    scope_.spawn(sleep_and_tell(&clock_, 1s, "a", &told_));
  }
  EXPECT_EQ(scheduler_.parked(), 1U);
  scheduler_.run();
  EXPECT_EQ(told_, "a");
  EXPECT_EQ(clock_.now(), kRunStart + 1s) << "time does not go on for the forgotten";
}

TEST_F(SchedulerTest, WhoSleepsForEverHoldsNothingUp) {
  scope_.spawn(sleep_and_tell(&clock_, since_start(kNever), "x", &told_));
  scheduler_.run();
  EXPECT_EQ(told_, "");
  EXPECT_EQ(scope_.alive(), 1U);
}

TEST_F(SchedulerTest, AMillionSleepsOfTenThousandSleepers) {
  for (int i = 0; i < 10'000; ++i)
    scope_.spawn(nap(&clock_, 100, std::chrono::microseconds(i + 1)));
  scheduler_.run();
  EXPECT_EQ(scheduler_.steps(), 1'000'000U);
  EXPECT_EQ(clock_.now(), kRunStart + 1s);
}

TEST_F(SchedulerTest, ManyCancelledStepsDoNotFillTheMemoryNorDisturbTheOrder) {
  for (int i = 0; i < 100; ++i) {
    TaskScope gone;
    for (int j = 0; j < 1000; ++j) gone.spawn(sleep_and_tell(&clock_, 100s, "x", &told_));
    if (i == 50) scope_.spawn(sleep_and_tell(&clock_, 50s, "b", &told_));
    if (i == 70) scope_.spawn(sleep_and_tell(&clock_, 20s, "a", &told_));
  }
  EXPECT_EQ(scheduler_.parked(), 2U);
  scheduler_.run();
  EXPECT_EQ(told_, "ab");
}

TEST(SchedulerWithAChooser, ADestroyedSleeperIsNotOfferedAnyMore) {
  Scripted script;
  Scheduler scheduler(script);
  VirtualClock clock(scheduler, 3);
  std::string told;
  TaskScope scope;
  scope.spawn(sleep_and_tell(&clock, 2s, "b", &told));
  {
    TaskScope gone;
    gone.spawn(sleep_and_tell(&clock, 1s, "x", &told));
  }
  scope.spawn(sleep_and_tell(&clock, 3s, "c", &told));
  EXPECT_EQ(scheduler.parked(), 2U);
  scheduler.run();
  EXPECT_EQ(told, "bc");
}

}  // namespace
}  // namespace doorbuster
