// What the reports of a large run cost, all of them, from its result.json as `doorbuster report`
// reads it. The run is of simulated stores and ends sold out, so that ten million operations are
// there in seconds; its result has as many intervals and figures as one of real stores.
#include <benchmark/benchmark.h>
#include <unistd.h>

#include <filesystem>

#include "base/check.h"
#include "bench/short_form.h"
#include "report/reports.h"
#include "results/folder.h"
#include "run/runner.h"
#include "run/vocabulary.h"
#include "scenario/parse.h"

namespace doorbuster {
namespace {

namespace fs = std::filesystem;

// A hundred seconds of 100,000 operations each; fewer where only that it runs is asked.
std::string ten_million() {
  return fmt::format(R"(
strategies = ["redis-gate"]
shop.stock = 10000
load = {{ profile = "constant", rate = 50000, duration = "{}ms" }}
[buyers]
views = {{ distribution = "fixed", value = 1 }}
think = "0s"
)",
                     static_cast<int>(to_millis(seconds_or(100))));
}

class LargeRun {
 public:
  LargeRun() {
    const auto scenario = parse_scenario(ten_million(), "bench.toml", vocabulary());
    CHECK(std::holds_alternative<Scenario>(scenario), "the scenario is wrong");
    RunSettings settings;
    settings.simulated = true;
    settings.out = root_;
    const auto end = run_scenario(std::get<Scenario>(scenario), settings, {});
    CHECK(end.ok(), "{}", end.error().message());
    folder_ = end->folder.path();
    const CountsResult& counts = end->result.trials.front().counts;
    operations_ = static_cast<double>(counts.views + counts.attempts);
  }
  ~LargeRun() {
    std::error_code ignored;
    fs::remove_all(root_, ignored);
  }

  const fs::path& folder() const { return folder_; }
  double operations() const { return operations_; }

 private:
  const fs::path root_ =
      fs::temp_directory_path() / fmt::format("doorbuster-report-bench-{}", ::getpid());
  fs::path folder_;
  double operations_ = 0;
};

void reports_of_a_large_run(benchmark::State& state) {
  static const LargeRun run;
  for (auto _ : state) {
    const auto result = load_result(run.folder());
    CHECK(result.ok(), "{}", result.error().message());
    for (const ReportForm& form : report_forms()) {
      const auto written = write_file(run.folder() / form.file, form.text(*result));
      CHECK(written.ok(), "{}", written.error().message());
    }
  }
  state.counters["operations"] = run.operations();
}
BENCHMARK(reports_of_a_large_run)->Unit(benchmark::kMillisecond)->Repetitions(times_or(5));

}  // namespace
}  // namespace doorbuster
