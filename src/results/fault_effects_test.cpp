#include "results/fault_effects.h"

#include <gtest/gtest.h>

namespace doorbuster {
namespace {

// 100 purchases a second for ten seconds, of 1 ms; those scheduled in [4 s, slow_until) wait 50 ms.
Series sale_with_slow_part(Duration slow_until, Duration lasts = 10s) {
  Series series(kRunStart, 200ms);
  for (Duration since{0}; since < lasts; since += 10ms) {
    const Instant scheduled = kRunStart + since;
    const bool slow = since >= 4s && since < slow_until;
    series.bought({scheduled, scheduled, scheduled + (slow ? 50ms : 1ms)});
    series.asked_database(scheduled, slow ? 3 : 1);
    if (slow) series.ended(Outcome::failed, scheduled);
  }
  return series;
}

std::vector<FaultResult> stall_from_4_to_5() {
  return {{"redis_stall", "", 4000, 5000, std::nullopt}};
}

TEST(FaultEffects, TellBeforeDuringAndAfterApart) {
  auto faults = stall_from_4_to_5();
  add_effects(sale_with_slow_part(5s), 10s, faults);
  const EffectsResult& effects = faults[0].effects;
  EXPECT_EQ(effects.before.count, 400);
  EXPECT_EQ(effects.during.count, 100);
  EXPECT_EQ(effects.after.count, 500);
  EXPECT_NEAR(*effects.before.p99_us, 1'000, 20);
  EXPECT_NEAR(*effects.during.p99_us, 50'000, 1'000);
  EXPECT_NEAR(*effects.after.p99_us, 1'000, 20);
  EXPECT_EQ(effects.errors_during, 100);
  EXPECT_NEAR(*effects.database_load, 3, 1e-9);
  EXPECT_EQ(effects.recovered, Verdict::holds);
  EXPECT_EQ(effects.recovered_after_ms, 0);
}

TEST(FaultEffects, LatencyIsBackWhenASecondIsAsBefore) {
  auto faults = stall_from_4_to_5();
  add_effects(sale_with_slow_part(7s), 10s, faults);
  EXPECT_EQ(faults[0].effects.recovered_after_ms, 2000);
}

TEST(FaultEffects, OfAShopThatStaysSlowIsThatItDidNotRecover) {
  auto faults = stall_from_4_to_5();
  add_effects(sale_with_slow_part(10s), 10s, faults);
  EXPECT_EQ(faults[0].effects.recovered, Verdict::broken);
  EXPECT_EQ(faults[0].effects.recovered_after_ms, std::nullopt);
}

TEST(FaultEffects, OfASaleThatWasOverNobodyKnows) {
  auto faults = stall_from_4_to_5();
  add_effects(sale_with_slow_part(5s, 5s), 5s, faults);
  EXPECT_EQ(faults[0].effects.recovered, Verdict::undecided);
  EXPECT_EQ(faults[0].effects.after.p99_us, std::nullopt);
}

TEST(FaultEffects, EndWhereTheNextFaultBegins) {
  auto faults = stall_from_4_to_5();
  faults.push_back({"cut", "any", 6000, 7000, 5});
  faults.push_back({"die", "any", std::nullopt, std::nullopt, 0});
  add_effects(sale_with_slow_part(7s), 10s, faults);
  EXPECT_EQ(faults[0].effects.after.count, 100) << "until the cut";
  EXPECT_EQ(faults[0].effects.recovered, Verdict::broken);
  EXPECT_EQ(faults[1].effects.before.count, 400) << "the calm before the first of all";
  EXPECT_EQ(faults[1].effects.recovered_after_ms, 0);
  EXPECT_EQ(faults[2].effects.during.count, 0) << "it never came";
}

}  // namespace
}  // namespace doorbuster
