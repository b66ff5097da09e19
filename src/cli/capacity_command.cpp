#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <utility>

#include "cli/app.h"
#include "cli/commands.h"
#include "cli/console.h"
#include "cli/decision_output.h"
#include "cli/live_view.h"
#include "cli/saved_reports.h"
#include "cli/scenario_source.h"
#include "cli/store_flags.h"
#include "cli/usage.h"
#include "decide/capacity.h"
#include "decide/compare.h"
#include "report/capacity_report.h"
#include "run/environment.h"
#include "run/runner.h"
#include "run/vocabulary.h"
#include "scenario/overrides.h"
#include "scenario/parse.h"
#include "scenario/problem.h"

namespace doorbuster {
namespace {

struct CapacityFlags {
  ScenarioSource scenario;
  StoreFlags stores;
  std::vector<std::string> slo;
  std::optional<double> from;
  std::optional<double> peak;
  double precision_percent = 10;
  LiveFlags live;
  bool json = false;
};

double highest_rate(const Scenario& scenario) {
  double highest = 0;
  for (const Stage& stage : scenario.load.stages) {
    highest = std::max({highest, stage.rate, stage.rate_to, stage.quiet_rate});
  }
  return highest;
}

// By the scenario's own parser, as a file of nothing else.
Result<Done> add_thresholds(Scenario& scenario, const std::vector<std::string>& expressions) {
  for (const std::string& expression : expressions) {
    if (expression.find_first_of("'\n\r") != std::string::npos) {
      return invalid("--slo: a comparison is needed, such as \"buy.p99 < 50ms\"");
    }
    const auto parsed = parse_scenario(
        fmt::format("strategies = [\"database-atomic\"]\n[[thresholds]]\nexpression = '{}'\n",
                    expression),
        "--slo", vocabulary());
    if (const auto* problems = std::get_if<std::vector<Problem>>(&parsed)) {
      // Neither the line nor the key: they are of a file that nobody wrote.
      std::string message = problems->front().message;
      const std::string flag = doorbuster::quoted(expression);
      if (const auto at = message.find(flag + ": "); at != std::string::npos) {
        message.erase(0, at + flag.size() + 2);
      }
      return invalid(to_string(Problem{"--slo " + flag, 0, message}));
    }
    for (const Threshold& threshold : std::get<Scenario>(parsed).thresholds) {
      scenario.thresholds.push_back(threshold);
    }
  }
  if (!scenario.thresholds.empty()) return Done{};
  return invalid(
      "there is no threshold to keep: --slo \"buy.p99 < 50ms\", or [[thresholds]] in the scenario");
}

// One strategy's scenario at a rate; its stock grows with the load.
Result<Scenario> at_rate(const Scenario& scenario, std::size_t strategy, double rate) {
  Scenario scaled = scenario;
  scaled.strategies = {scenario.strategies[strategy]};
  scaled.repetitions = 1;
  const double factor = rate / highest_rate(scenario);
  for (Product& product : scaled.shop.products) {
    const double stock = std::round(static_cast<double>(product.stock) * factor);
    product.stock = product.stock == 0 ? 0 : std::max<Quantity>(1, static_cast<Quantity>(stock));
  }
  if (auto changed = scale_rate(scaled, rate); !changed) return changed.error();
  return scaled;
}

std::int64_t stock_of(const Scenario& scenario) {
  std::int64_t stock = 0;
  for (const Product& product : scenario.shop.products) stock += product.stock;
  return stock;
}

class Capacity {
 public:
  Capacity(const CapacityFlags& flags, const Scenario& scenario, LiveView& view)
      : flags_(flags), scenario_(scenario), view_(view) {}

  // An error: nothing could be measured.
  Result<CapacityResult> run() {
    result_.doorbuster_version = version();
    result_.precision_percent = flags_.precision_percent;
    result_.peak_per_s = flags_.peak;
    for (std::size_t i = 0; i < scenario_.strategies.size() && signal_ == 0; ++i) {
      if (auto found = search(i); !found) return found.error();
    }
    conclude_capacities(result_);
    return std::move(result_);
  }

  int signal() const { return signal_; }
  const std::optional<RunFolder>& last_folder() const { return folder_; }

 private:
  Result<Done> search(std::size_t strategy) {
    const std::string& name = scenario_.strategies[strategy].name;
    CapacitySearch search({.from = flags_.from.value_or(highest_rate(scenario_)),
                           .precision = flags_.precision_percent / 100});
    std::vector<ProbeResult> probes;
    std::map<double, RunResult> runs;
    std::map<double, std::uint64_t> seen;
    while (const auto rate = search.next()) {
      auto scaled = at_rate(scenario_, strategy, *rate);
      // Every further run of a rate has other buyers, or it would confirm nothing.
      if (scaled) scaled->seed += seen[*rate]++;
      if (!scaled) {
        if (probes.empty()) return scaled.error();
        break;  // a rate beyond what a scenario may say
      }
      auto ended = probe(name, *scaled, *rate);
      if (!ended) return ended.error();
      if (ended->signal != 0) break;
      probes.push_back(judge_probe(ended->result, *rate, stock_of(*scaled)));
      search.told({*rate, answer_of(probes.back()), probes.back().why});
      runs.insert_or_assign(*rate, std::move(ended->result));
    }
    std::optional<RunResult> at_kept;
    if (const auto kept = search.kept()) at_kept = runs.at(*kept);
    result_.strategies.push_back(
        conclude_capacity(name, search, std::move(probes), at_kept, flags_.peak));
    return Done{};
  }

  Result<RunEnd> probe(const std::string& name, const Scenario& scaled, double rate) {
    RunObserver observer = view_.observer();
    observer.on_phase = nullptr;  // of each run of many: its rate says more
    view_.display().phase(
        fmt::format("{} at {:.7g} sessions/s", name, rate < 100 ? rate : std::round(rate)));
    RunSettings settings = flags_.stores.settings();
    settings.out /= "capacity";  // the many runs of a search are no series of results
    auto ended = run_scenario(scaled, settings, observer);
    view_.display().clear();
    if (!ended) return ended.error();
    signal_ = ended->signal;
    result_.simulated = ended->result.simulated;
    if (result_.conditions.empty()) result_.conditions = conditions_without_rate(ended->result);
    if (auto failed = save_first_report(ended->folder, ended->result); !failed.empty())
      warn(failed);
    folder_ = ended->folder;
    return ended;
  }

  // Rate and stock are what the search changes.
  static std::string conditions_without_rate(const RunResult& run) {
    RunResult general;
    general.scenario = run.scenario;
    general.environment = run.environment;
    general.simulated = run.simulated;
    general.model = run.model;
    std::erase_if(general.scenario.resolved, [](const auto& fact) {
      return fact.first == "load.rate" || fact.first == "shop.stock";
    });
    return conditions_of(general);
  }

  const CapacityFlags& flags_;
  const Scenario& scenario_;
  LiveView& view_;
  CapacityResult result_;
  std::optional<RunFolder> folder_;
  int signal_ = 0;
};

int find_capacity(const CapacityFlags& flags) {
  auto scenario = flags.scenario.load();
  if (!scenario) return kExitUsage;
  if (scenario->load.stages.empty()) {
    return complain("capacity is a rate, and this load has none: it is closed, or a trace");
  }
  if (auto added = add_thresholds(*scenario, flags.slo); !added) {
    return complain(added.error().message());
  }
  const auto view = LiveView::open(flags.live);
  if (!view) return complain(view.error().message());
  Capacity capacity(flags, *scenario, **view);
  const auto result = capacity.run();
  if (!result) return complain(result.error().message());
  bool unsaved = false;
  for (const auto& [name, text] : {std::pair("capacity.json", to_json(*result)),
                                   std::pair("capacity.md", markdown_capacity(*result))}) {
    if (!capacity.last_folder()) break;
    if (auto saved = capacity.last_folder()->save(name, text); !saved) {
      complain(saved.error().message());
      unsaved = true;
    }
  }
  fmt::print("{}", flags.json ? to_json(*result) : terminal_capacity(*result, terminal_style()));
  if (capacity.signal() != 0) return 128 + capacity.signal();
  return unsaved ? kExitUsage : exit_code_of(result->verdict);
}

}  // namespace

void add_capacity_command(CLI::App& app, int& code) {
  auto* command = app.add_subcommand(
      "capacity", "The highest load at which each strategy keeps the thresholds and the audit");
  auto flags = std::make_shared<CapacityFlags>();
  flags->scenario.add_options(*command);
  flags->stores.add_options(*command);
  command->add_option("--slo", flags->slo,
                      "a threshold to keep beside the scenario's, \"buy.p99 < 50ms\"");
  command->add_option("--from", flags->from, "the first rate in sessions/s; else the scenario's")
      ->check(above_zero());
  command->add_option("--peak", flags->peak, "the rate that is expected: the headroom over it")
      ->check(above_zero());
  command->add_option("--precision", flags->precision_percent, "how near the ends must be, in %")
      ->check(CLI::Range(1.0, 100.0))
      ->capture_default_str();
  command->add_flag("--json", flags->json, "capacity.json on stdout, and nothing else there");
  flags->live.add_options(*command);
  command->callback([flags, &code] { code = find_capacity(*flags); });
}

}  // namespace doorbuster
