// Whole runs on simulated stores whose buyers die between the gate and the database.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/frames_alive.h"
#include "run/run_testing.h"

namespace doorbuster {
namespace {

constexpr std::string_view kLeakingSale = R"(
warmup.duration = "0s"
limits.drain = "5s"
[shop]
stock = 400
[load]
profile = "constant"
duration = "1s"
rate = 300
[buyers]
views = 0
think = "1ms"
)";

constexpr std::string_view kDeadly = R"(
[[trouble]]
operation = "take_if_available"
kind = "die"
share = 0.1
)";

class SimulatedLeaks : public testing::Test {
 protected:
  TrialResult run(std::string_view head, std::string_view troubles = kDeadly) {
    return run_scenario_of(fmt::format("{}\n{}{}", head, kLeakingSale, troubles));
  }
  TrialResult run_scenario_of(std::string_view text) {
    RunSettings settings;
    settings.simulated = true;
    settings.out = root_.path();
    auto end = run_scenario(scenario_of(text), settings, {});
    CHECK(end.ok() && end->result.trials.size() == 1);
    return std::move(end->result.trials[0]);
  }

  static std::string verdict_on(const AuditResult& audit, std::string_view name) {
    for (const InvariantResult& each : audit.invariants) {
      if (each.name == name) return fmt::format("{} {}", to_string(each.verdict), each.witness);
    }
    return "no such invariant";
  }

  template <class T>
  static T named(const Named<T>& figures, std::string_view name) {
    const auto found =
        std::ranges::find(figures, name, [](const auto& figure) { return figure.first; });
    CHECK(found != figures.end(), "there is no figure {}", name);
    return found->second;
  }

 private:
  ResultsRoot root_;
};

TEST_F(SimulatedLeaks, AreShownAtTheEndWhereNobodyReturnsThem) {
  const TrialResult trial = run(R"(strategies = ["redis-gate"]
strategy.redis-gate.unsafe = true
strategy.redis-gate.reaper = false)");
  const AuditResult& audit = trial.audit;
  ASSERT_GT(trial.counts.unknown, 10) << "the dead answer nothing";
  EXPECT_EQ(audit.leaked_units, trial.counts.unknown);
  EXPECT_EQ(audit.gate_error_units, 0) << "the gate knows where they are";
  EXPECT_EQ(audit.conservation_error_units, 0) << "and the database still has them";
  EXPECT_THAT(verdict_on(audit, "no_leaked_units"),
              testing::HasSubstr("and nobody will buy or return it"));
  EXPECT_EQ(named(trial.figures.counts, "leaked_units_returned"), 0);
}

TEST_F(SimulatedLeaks, AreReturnedByTheReaperWhichTellsHowLongTheyWereOutOfSale) {
  const TrialResult trial = run(R"(strategies = ["redis-gate"]
strategy.redis-gate.hold = "300ms")");
  const AuditResult& audit = trial.audit;
  ASSERT_GT(trial.counts.unknown, 10);
  EXPECT_EQ(audit.leaked_units, 0);
  EXPECT_EQ(audit.gate_error_units, 0);
  EXPECT_EQ(to_string(audit.verdict), "holds");
  EXPECT_EQ(named(trial.figures.counts, "leaked_units_returned"), trial.counts.unknown);
  const Distilled leaked_for = named(trial.figures.times, "leaked_for");
  EXPECT_EQ(leaked_for.count, trial.counts.unknown);
  EXPECT_GE(leaked_for.p50_us, 300e3);
  EXPECT_LT(leaked_for.max_us, 500e3) << "a hold, and what the reaper's round takes";
}

// Buyers of whichever shard is the last to be empty die after the other could have drained.
constexpr std::string_view kTwoShards = R"(
warmup.duration = "0s"
shards = 2
limits.drain = "10s"
[shop]
stock = 40
[load]
profile = "constant"
duration = "1s"
rate = 12
[buyers]
views = 0
think = "1ms"
[[trouble]]
operation = "reserve"
kind = "delay"
time = "1ms"
jitter = "4s"
[[trouble]]
operation = "take_if_available"
kind = "die"
)";

TEST_F(SimulatedLeaks, AreReturnedWhicheverShardWasTheLastToSell) {
  for (int seed = 1; seed <= 10; ++seed) {
    const TrialResult trial = run_scenario_of(fmt::format(R"(strategies = ["redis-gate"]
strategy.redis-gate.hold = "20ms"
strategy.redis-gate.reap_every = "5ms"
seed = {}
{})",
                                                          seed, kTwoShards));
    ASSERT_EQ(trial.counts.unknown, 12) << "all of them die";
    EXPECT_EQ(trial.audit.leaked_units, 0) << "seed " << seed;
  }
}

// The relay's death is no buyer's: whoever is still inside at the load's end is waited for.
TEST_F(SimulatedLeaks, OfABackgroundTaskThatDiesEndNoBuyersVisit) {
  const TrialResult trial = run(R"(strategies = ["outbox"])",
                                R"(
[[trouble]]
operation = "mark_relayed"
kind = "die"
[[trouble]]
operation = "take_with_outbox"
kind = "delay"
time = "300ms")");
  EXPECT_GT(trial.counts.sold, 100);
  EXPECT_EQ(trial.counts.unknown, 0);
  EXPECT_EQ(resolved(trial.counts), trial.counts.sold);
}

// Who deletes again beside the buyers, and dies of it, is not waited for without an end.
TEST_F(SimulatedLeaks, OfADeletionThatDiesDoNotKeepTheRunFromEnding) {
  const TrialResult trial = run(R"(strategies = ["cache-aside"]
strategy.cache-aside.after_purchase = "delete_twice")",
                                R"(
[[trouble]]
operation = "delete"
kind = "die"
share = 0.5)");
  EXPECT_GT(trial.counts.sold, 10);
  EXPECT_GT(trial.counts.unknown, 10);
  EXPECT_EQ(resolved(trial.counts), trial.counts.sold + trial.counts.unknown);
}

// Buyers and writers whose replies never come, whose connections are cut, who die: whatever they
// were about is freed with them.
TEST_F(SimulatedLeaks, OfCoroutinesAreNoneOverAThousandFaults) {
  for (const std::string_view strategy :
       {"cache-aside", "redis-gate", "write-behind", "outbox", "database-pessimistic"}) {
    const std::int64_t frames = frames_alive();
    std::int64_t struck = 0;
    for (const std::string_view kind : {"cut", "die", "lose_reply", "lose_request"}) {
      const TrialResult trial =
          run(fmt::format("strategies = [\"{}\"]\n", strategy), fmt::format(R"(
[[fault]]
kind = "{}"
at = "0s"
for = "10s"
operation = "any"
share = 0.7
)",
                                                                            kind));
      struck += trial.faults.at(0).struck.value_or(0);
    }
    EXPECT_GT(struck, 1000) << strategy;
    EXPECT_EQ(frames_alive(), frames) << strategy;
  }
}

}  // namespace
}  // namespace doorbuster
