#include "run/disturbance.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace doorbuster {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(Disturbance, OfAMachineThatWasLeftInPeaceSaysNothing) {
  EXPECT_THAT(said_of({.stood_still = 100ms, .stood_still_at = 3s, .clock_set = 20ms}), IsEmpty());
  EXPECT_THAT(said_of({.stood_still = {}, .stood_still_at = {}, .clock_set = -20ms}), IsEmpty());
}

TEST(Disturbance, SaysHowLongTheHarnessStoodStill) {
  EXPECT_THAT(said_of({.stood_still = 1500ms, .stood_still_at = 4s, .clock_set = {}}),
              ElementsAre("the harness stood still for 1.5 s, until 4 s after the doors opened: it "
                          "was suspended, or had no processor"));
}

TEST(Disturbance, SaysThatTheClockWasSet) {
  EXPECT_THAT(said_of({.stood_still = {}, .stood_still_at = {}, .clock_set = -3600s}),
              ElementsAre("the clock was set back by 3.6e+03 s in mid-run: what the stores expire "
                          "by it (copies, locks, holds) did not expire when it should"));
  EXPECT_THAT(said_of({.stood_still = {}, .stood_still_at = {}, .clock_set = 2s}),
              ElementsAre(testing::HasSubstr("the clock was set forward by 2 s")));
}

TEST(TimeOfDayWatch, TellsAClockThatIsSetFromTimeThatPasses) {
  Duration day = 1000s;
  Duration steady = 5s;
  const TimeOfDayWatch watch([&] { return day; }, [&] { return steady; });
  day += 60s;
  steady += 60s;
  EXPECT_EQ(watch.set(), 0s);
  day -= 3600s;
  EXPECT_EQ(watch.set(), -3600s) << "the test's step back";
  EXPECT_LT(TimeOfDayWatch().set(), 100ms) << "this machine's own clocks";
}

}  // namespace
}  // namespace doorbuster
