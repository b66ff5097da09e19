#include "load/arrivals.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "scenario/profile.h"

namespace doorbuster {
namespace {

Stage flash(double quiet, Duration t0, double peak, Duration decay, Duration duration) {
  return {.profile = Profile::flash,
          .duration = duration,
          .rate = peak,
          .at = t0,
          .quiet_rate = quiet,
          .decay = decay};
}

Load open(std::vector<Stage> stages) {
  Load load;
  load.stages = std::move(stages);
  return load;
}

std::vector<Arrival> all(const Load& load, std::uint64_t seed) {
  std::vector<Arrival> arrivals;
  Arrivals stream(load, seed);
  while (const auto arrival = stream.next()) arrivals.push_back(*arrival);
  return arrivals;
}

std::int64_t count_between(const std::vector<Arrival>& arrivals, Duration from, Duration to) {
  std::int64_t count = 0;
  for (const Arrival& arrival : arrivals) count += arrival.when >= from && arrival.when < to;
  return count;
}

TEST(Arrivals, TheSameSeedGivesTheSameArrivals) {
  const Load load = open({flash(100, 1s, 3000, 2s, 4s)});
  const auto first = all(load, 7);
  const auto again = all(load, 7);
  ASSERT_EQ(first.size(), again.size());
  for (std::size_t i = 0; i < first.size(); ++i) EXPECT_EQ(first[i].when, again[i].when);
  EXPECT_NE(first.front().when, all(load, 8).front().when);
}

TEST(Arrivals, ComeInOrderNumberedFromZeroAndOnlyWhileTheLoadLasts) {
  const Load load = open({flash(100, 700ms, 3000, 1s, 2500ms)});
  Duration before{};
  std::int64_t number_expected = 0;
  for (const Arrival& arrival : all(load, 1)) {
    EXPECT_GE(arrival.when, before);
    EXPECT_LT(arrival.when, 2500ms);
    EXPECT_EQ(number(arrival.buyer), number_expected++);
    before = arrival.when;
  }
  EXPECT_GT(number_expected, 0);
}

TEST(Arrivals, ConstantAreEvenlySpaced) {
  const auto arrivals =
      all(open({{.profile = Profile::constant, .duration = 2500ms, .rate = 10}}), 1);
  ASSERT_EQ(arrivals.size(), 25U);
  for (std::size_t i = 1; i < arrivals.size(); ++i) {
    EXPECT_NEAR(to_millis(arrivals[i].when - arrivals[i - 1].when), 100, 1e-3) << i;
  }
}

// A turn of the rate may lie anywhere in its stage, its ends included, and in any slice.
TEST(Arrivals, AStepAtTheVeryBeginningOrEndOfItsStageIsKept) {
  const auto step = [](Duration at) {
    return open(
        {{.profile = Profile::step, .duration = 2500ms, .rate = 0, .rate_to = 4000, .at = at}});
  };
  EXPECT_NEAR(static_cast<double>(all(step(0ms), 1).size()), 10'000, 600);
  EXPECT_TRUE(all(step(2500ms), 1).empty());
  const auto last_moment = all(step(2490ms), 1);
  EXPECT_NEAR(static_cast<double>(last_moment.size()), 40, 38);
  for (const Arrival& arrival : last_moment) EXPECT_GE(arrival.when, 2490ms);
}

TEST(Arrivals, AFlashAtTheVeryBeginningOrEndOfItsStageIsKept) {
  EXPECT_NEAR(static_cast<double>(all(open({flash(0, 0ms, 4000, 1s, 3s)}), 1).size()),
              4000 * -std::expm1(-3.0), 400);
  const auto quiet = all(open({flash(100, 3s, 1e6, 1s, 3s)}), 1);
  EXPECT_NEAR(static_cast<double>(quiet.size()), 300, 105) << "the peak never comes";
}

TEST(Arrivals, AStepAtTheBoundaryOfASliceIsNeitherEarlyNorLate) {
  const auto arrivals = all(
      open({{.profile = Profile::step, .duration = 3s, .rate = 0, .rate_to = 2000, .at = 1s}}), 1);
  EXPECT_GE(arrivals.front().when, 1s);
  EXPECT_LT(arrivals.front().when, 1010ms);
}

// A second draws from a stream of its own: what is before it does not move it.
TEST(Arrivals, ASecondIsTheSameWhateverCameBefore) {
  const auto after = [](double rate_before) {
    const auto arrivals =
        all(open({{.profile = Profile::poisson, .duration = 1s, .rate = rate_before},
                  {.profile = Profile::poisson, .duration = 2s, .rate = 500}}),
            1);
    std::vector<Duration> times;
    for (const Arrival& arrival : arrivals) {
      if (arrival.when >= 1s) times.push_back(arrival.when);
    }
    return times;
  };
  EXPECT_EQ(after(100), after(3000));
  EXPECT_EQ(after(0), after(100));
}

TEST(Arrivals, ConstantOnesGoOnEvenlyOverSlicesAndStages) {
  const auto arrivals = all(open({{.profile = Profile::constant, .duration = 1700ms, .rate = 3},
                                  {.profile = Profile::constant, .duration = 1s, .rate = 10}}),
                            1);
  ASSERT_EQ(arrivals.size(), 5U + 10U);
  for (std::size_t i = 1; i < 5; ++i) {
    EXPECT_NEAR(to_millis(arrivals[i].when - arrivals[i - 1].when), 333.333, 0.01) << i;
  }
  EXPECT_NEAR(to_millis(arrivals[5].when), 1750, 1e-3);
  EXPECT_NEAR(to_millis(arrivals.back().when), 2650, 1e-3);
}

TEST(Arrivals, ALoadWithoutARateBringsNobody) {
  for (const Profile profile : {Profile::constant, Profile::poisson, Profile::ramp}) {
    for (const double rate : {0.0, 1e-12}) {
      EXPECT_TRUE(all(open({{.profile = profile, .duration = 2s, .rate = rate}}), 1).empty());
    }
  }
}

struct Case {
  const char* name;
  std::vector<Stage> stages;
};
void PrintTo(const Case& profile, std::ostream* out) { *out << profile.name; }

class EveryProfile : public testing::TestWithParam<Case> {};

// Each half second's count against the integral of the rate: six deviations of a Poisson count.
TEST_P(EveryProfile, ArrivesAsOftenAsItsRateSays) {
  const Load load = open(GetParam().stages);
  const std::uint64_t seed = entropy();
  const auto arrivals = all(load, seed);
  for (Duration from{}; from < load.duration(); from += 500ms) {
    const double mean = expected_arrivals(load, from, from + 500ms);
    const auto seen = static_cast<double>(count_between(arrivals, from, from + 500ms));
    EXPECT_NEAR(seen, mean, 6 * std::sqrt(mean) + 3) << "seed " << seed << " from " << from.count();
  }
}

// The closed form of the integral against a sum of small steps.
TEST_P(EveryProfile, TheExpectedNumberIsTheIntegralOfTheRate) {
  const Load load = open(GetParam().stages);
  double sum = 0;
  for (const Stage& stage : load.stages) {
    for (Duration t{}; t < stage.duration; t += 100us) sum += rate_at(stage, t + 50us) * 100e-6;
  }
  EXPECT_NEAR(expected_arrivals(load, Duration{}, load.duration()), sum, 0.001 * sum + 0.5);
}

INSTANTIATE_TEST_SUITE_P(
    Profiles, EveryProfile,
    testing::Values(
        Case{"constant", {{.profile = Profile::constant, .duration = 3s, .rate = 1234.5}}},
        Case{"poisson", {{.profile = Profile::poisson, .duration = 3s, .rate = 5000}}},
        Case{"ramp", {{.profile = Profile::ramp, .duration = 3s, .rate = 0, .rate_to = 9000}}},
        Case{"step",
             {{.profile = Profile::step,
               .duration = 3s,
               .rate = 100,
               .rate_to = 8000,
               .at = 1250ms}}},
        Case{"flash", {flash(50, 1300ms, 8000, 700ms, 4s)}},
        Case{"stages",
             {{.profile = Profile::poisson, .duration = 1300ms, .rate = 2000},
              {.profile = Profile::ramp, .duration = 1s, .rate = 2000, .rate_to = 100},
              flash(0, 200ms, 4000, 300ms, 1700ms)}}),
    [](const auto& param) { return param.param.name; });

}  // namespace
}  // namespace doorbuster
