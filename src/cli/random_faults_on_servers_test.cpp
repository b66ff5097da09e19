// Runs in which faults drawn at random happen, alone and on top of each other: no unit is left
// unaccounted for. What a buyer was told is his is in the database, or is named as lost where the
// strategy is known to lose it. DOORBUSTER_FAULT_RUNS sets how many (tools/soak), DOORBUSTER_SEED
// repeats them.
#include <algorithm>
#include <array>

#include "base/chance_testing.h"
#include "cli/program_testing.h"

namespace doorbuster {
namespace {

constexpr std::array<const char*, 6> kFaultedStrategies = {
    "database-atomic", "cache-aside", "write-through", "outbox", "redis-gate", "write-behind"};
constexpr int kStrategiesARun = 2;

// What the faults of one run may cost write-behind, which promises from a queue in Redis: the queue
// goes with a Redis that is restarted, and one that comes back as it was promises again.
struct DrawnFaults {
  std::string text;
  bool redis_restarts = false;
};

class RandomFaultsOnServers : public DoorbusterTest {
 protected:
  static std::string milliseconds(Random& random, int from, int to) {
    return fmt::format(
        "\"{}ms\"", from + static_cast<int>(random.below(static_cast<std::uint64_t>(to - from))));
  }
  static std::string beginning(Random& random) {
    return random.chance(0.3) ? "\"half_sold\"" : milliseconds(random, 100, 1500);
  }
  template <std::size_t kSize>
  static const char* one_of(Random& random, const std::array<const char*, kSize>& all) {
    return all[random.below(kSize)];
  }

  static void draw_trouble(Random& random, DrawnFaults& drawn) {
    const std::string kind =
        one_of(random, std::array{"delay", "lose_request", "lose_reply", "cut", "die"});
    drawn.text += fmt::format(
        "[[fault]]\nkind = \"{}\"\nat = {}\nfor = {}\noperation = \"{}\"\nshare = {:.2f}\n", kind,
        beginning(random), milliseconds(random, 50, 800),
        one_of(random, std::array{"any", "redis", "postgres"}), 0.1 + 0.9 * random.uniform());
    if (kind == "delay") drawn.text += "time = " + milliseconds(random, 1, 300) + "\n";
    if (kind == "cut" || kind == "die") {
      drawn.text += fmt::format("when = \"{}\"\n", one_of(random, std::array{"before", "after"}));
    }
  }
  static void draw_server_fault(Random& random, DrawnFaults& drawn) {
    const std::string kind = one_of(
        random, std::array{"redis_restart", "redis_stall", "postgres_restart", "postgres_stall"});
    drawn.text += fmt::format("[[fault]]\nkind = \"{}\"\nat = {}\nfor = {}\n", kind,
                              beginning(random), milliseconds(random, 50, 800));
    drawn.redis_restarts = kind == "redis_restart";
    if (drawn.redis_restarts) {
      drawn.text +=
          fmt::format("keeps = \"{}\"\n", one_of(random, std::array{"nothing", "snapshot"}));
    } else if (kind == "postgres_restart") {
      drawn.text += fmt::format("mode = \"{}\"\n", one_of(random, std::array{"fast", "immediate"}));
    }
  }
  static DrawnFaults draw(Random& random) {
    DrawnFaults drawn;
    const auto troubles = random.below(3);
    for (std::uint64_t i = 0; i < troubles; ++i) draw_trouble(random, drawn);
    if (troubles == 0 || random.chance(0.6)) draw_server_fault(random, drawn);
    return drawn;
  }

  static std::string sale(Random& random, std::uint64_t seed, const std::string& faults) {
    const auto first = random.below(kFaultedStrategies.size());
    const auto next = first + 1 + random.below(kFaultedStrategies.size() - 1);
    return fmt::format(R"(
strategies = ["{}", "{}"]
seed = {}
pause = "0s"
[shop]
stock = 400
[load]
profile = "constant"
duration = "2s"
rate = 300
[buyers]
think = "50ms"
patience = "5s"
retries = 3
retry_delay = "0.1s"
[stores.redis]
timeout = "0.25s"
[warmup]
duration = "0s"
[limits]
drain = "8s"
{})",
                       kFaultedStrategies[first],
                       kFaultedStrategies[next % kFaultedStrategies.size()], seed, faults);
  }

  static void expect_accounted(const TrialResult& trial, bool redis_restarts) {
    SCOPED_TRACE(trial.strategy);
    const AuditResult& audit = trial.audit;
    EXPECT_EQ(trial.counts.arrived, resolved(trial.counts));
    EXPECT_FALSE(trial.interrupted) << fmt::format("{}", fmt::join(trial.reasons, "; "));
    EXPECT_GT(trial.counts.sold, 0);
    EXPECT_EQ(
        audit.unknown_resolved_sold.value_or(-1) + audit.unknown_resolved_not_sold.value_or(0),
        trial.counts.unknown)
        << "the database knows of each";
    EXPECT_EQ(audit.oversold_units, 0);
    EXPECT_EQ(audit.conservation_error_units, 0);
    EXPECT_EQ(audit.phantom_orders, 0);
    EXPECT_EQ(audit.duplicate_orders, 0);
    EXPECT_EQ(audit.negative_stock_items, 0);
    const bool may_lose = trial.strategy == "write-behind" && redis_restarts;
    if (!may_lose) {
      EXPECT_EQ(audit.lost_orders, 0);
      EXPECT_EQ(audit.oversold_promised_units, 0);
    }
    for (const InvariantResult& invariant : audit.invariants) {
      if (to_string(invariant.verdict) != "broken") continue;
      EXPECT_GT(invariant.found, 0) << invariant.name;
      EXPECT_NE(invariant.witness, "") << invariant.name << " names nobody";
    }
  }
};

TEST_F(RandomFaultsOnServers, LeaveNoUnitUnaccountedFor) {
  const std::uint64_t seed = test_seed();
  const auto count = number_from_environment("DOORBUSTER_FAULT_RUNS", 3);
  for (std::uint64_t i = 0; i < count; ++i) {
    Random random(stream_seed(seed, 0, i));
    const DrawnFaults faults = draw(random);
    const std::string text = sale(random, i + 1, faults.text);
    SCOPED_TRACE(fmt::format("run {} of {}:{}", i + 1, count, text));
    const auto program = run({"run", file("faults.toml", text), "--quiet"}, {}, 120s);
    EXPECT_LE(program->code(), 2) << program->err();
    EXPECT_EQ(program->err(), "");
    const RunResult result = saved();
    EXPECT_EQ(result.trials.size(), static_cast<std::size_t>(kStrategiesARun)) << program->out();
    for (const TrialResult& trial : result.trials) expect_accounted(trial, faults.redis_restarts);
    expect_no_servers_left();
    std::filesystem::remove_all(folder() / "results");
    if (HasFailure()) return;
  }
}

}  // namespace
}  // namespace doorbuster
