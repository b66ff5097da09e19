// A rate far beyond what the stores can do: memory stays bounded by the limits of the scenario, and
// the run ends on time. DOORBUSTER_OVERLOAD_SECONDS sets for how long (tools/soak).
#include "base/chance_testing.h"
#include "cli/program_testing.h"

namespace doorbuster {
namespace {

constexpr std::int64_t kOverloadMiB = 1 << 20;

class OverloadOnServers : public DoorbusterTest {};

// One connection and 5 ms on the way make 200 statements a second; 20,000 buyers come in each.
TEST_F(OverloadOnServers, OfAHundredTimesTheRateIsDroppedAndTakesNoMemory) {
  const auto seconds = number_from_environment("DOORBUSTER_OVERLOAD_SECONDS", 3);
  const std::string scenario = file("overload.toml", fmt::format(R"(
strategies = ["database-atomic"]
[shop]
stock = 1_000_000
[load]
profile = "constant"
duration = "{}s"
rate = 20_000
[buyers]
views = 0
think = "0s"
[network]
rtt = "5ms"
[stores.postgres]
connections = 1
timeout = "1s"
[warmup]
duration = "0s"
[limits]
buyers_in_flight = 2_000
drain = "2s"
)",
                                                                 seconds));
  const auto program = run({"run", scenario, "--quiet"}, {}, std::chrono::seconds(seconds) + 30s);
  EXPECT_EQ(program->code(), 2) << program->err();
  EXPECT_LT(program->lasted(), std::chrono::seconds(seconds) + 15s)
      << "2 s of draining, 2 s for last answers, and servers";
  EXPECT_LT(program->most_memory(), 120 * kOverloadMiB);
  const RunResult result = saved();
  ASSERT_EQ(result.trials.size(), 1U);
  const CountsResult& counts = result.trials[0].counts;
  const auto offered = static_cast<std::int64_t>(20'000 * seconds);
  EXPECT_EQ(counts.arrived, resolved(counts));
  EXPECT_NEAR(static_cast<double>(counts.arrived), static_cast<double>(offered), 0.001 * 20'000);
  EXPECT_GT(counts.dropped, offered * 8 / 10);
  EXPECT_GT(counts.sold, 0);
  EXPECT_EQ(to_string(result.trials[0].validity), "invalid");
  fmt::print("{} MiB at most, {:.1f} s, {} of {} dropped\n", program->most_memory() / kOverloadMiB,
             to_seconds(program->lasted()), counts.dropped, counts.arrived);
}

}  // namespace
}  // namespace doorbuster
