// SIGKILL at any moment: what was saved can be read, judged and reported, nothing is half-written,
// and the throwaway servers are gone. DOORBUSTER_KILLS sets how often (tools/soak), DOORBUSTER_SEED
// repeats the moments.
#include "base/chance_testing.h"
#include "cli/program_testing.h"

namespace doorbuster {
namespace {

namespace fs = std::filesystem;

class KillsOnServers : public DoorbusterTest {
 protected:
  // Trials of a second, one after the other, so that a result is saved now and then.
  std::string short_trials() const {
    return file("short.toml", R"(
strategies = ["cache-aside", "redis-gate"]
repetitions = 10
[shop]
stock = 200
[load]
profile = "constant"
duration = "1s"
rate = 300
[warmup]
duration = "0.1s"
rate = 100
)");
  }

  // Of a run of which nothing was saved there is no result, and that is said.
  void expect_usable(const fs::path& folder) {
    const bool has_result = fs::exists(folder / "result.json");
    if (has_result) {
      const auto result = load_result(folder);
      ASSERT_TRUE(result) << result.error().message();
      EXPECT_TRUE(result->interrupted);
      EXPECT_GE(result->trials.size(), 1U);
    }
    const auto report = run({"report", folder.string()});
    EXPECT_EQ(report->code() == 3, !has_result) << report->code() << report->err();
    EXPECT_EQ(report->out().empty(), !has_result);
    expect_an_answer(*report);
    const auto audit = run({"audit", folder.string()});
    EXPECT_THAT(audit->code(), testing::AnyOf(0, 1, 2, 3));
    EXPECT_FALSE(has_result && audit->code() == 3) << audit->err();
    expect_an_answer(*audit);
    results_ += has_result ? 1 : 0;
  }
  static void expect_an_answer(const Program& program) {
    EXPECT_FALSE(program.out().empty() && program.err().empty()) << "not a word";
    EXPECT_LE(program.code(), 3) << "it crashed: " << program.err();
  }

  int results_ = 0;
};

TEST_F(KillsOnServers, AtAnyMomentLeaveWhatWasSavedAndNothingElse) {
  Random random(test_seed());
  const auto kills = number_from_environment("DOORBUSTER_KILLS", 5);
  const std::string scenario = short_trials();
  for (std::uint64_t i = 0; i < kills; ++i) {
    // Every second one from when the first result is there.
    const bool late = i % 2 == 1;
    const Duration moment(static_cast<Duration::rep>(random.uniform() * 4e9));
    SCOPED_TRACE(fmt::format("killed {:.3f} s after {}", to_seconds(moment),
                             late ? "the first result" : "its start"));
    const auto program = start({"run", scenario});
    std::vector<pid_t> servers;
    const auto ended = [&] {
      const auto now = descendants_of(program->pid());
      if (!now.empty()) servers = now;
      return !program->running();
    };
    const auto saved = [&] { return !runs().empty() && fs::exists(runs()[0] / "result.json"); };
    if (late) comes_true([&] { return ended() || saved(); }, 60s);
    comes_true(ended, moment);
    ASSERT_TRUE(program->running()) << program->err();
    program->signal(SIGKILL);
    ASSERT_TRUE(program->wait(5s));
    EXPECT_TRUE(comes_true([&] { return std::ranges::none_of(servers, is_running); }, 20s));
    expect_no_servers_left();
    for (const fs::path& folder : runs()) expect_usable(folder);
    fs::remove_all(folder() / "results");
    if (HasFailure()) return;
  }
  EXPECT_GE(results_, static_cast<int>(kills / 2));
}

}  // namespace
}  // namespace doorbuster
