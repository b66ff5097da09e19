#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cli/app.h"
#include "cli/commands.h"
#include "cli/decision_output.h"
#include "cli/live_view.h"
#include "cli/load_search.h"
#include "cli/scenario_source.h"
#include "cli/store_flags.h"
#include "cli/usage.h"
#include "decide/capacity.h"
#include "run/environment.h"

namespace doorbuster {
namespace {

struct CapacityFlags {
  ScenarioSource scenario;
  StoreFlags stores;
  SloFlag slo;
  std::optional<double> from;
  std::optional<double> peak;
  double precision_percent = 10;
  LiveFlags live;
  bool json = false;
};

// A control is there to break a promise: it has no load to bear. What is left out, a sentence each.
std::vector<std::string> leave_out_controls(Scenario& scenario) {
  std::vector<std::string> sentences;
  for (const Expectation& expectation : scenario.expectations) {
    for (const auto& [invariant, verdict] : expectation.invariants) {
      if (verdict != Verdict::broken) continue;
      const auto gone = std::erase_if(scenario.strategies, [&](const StrategyChoice& choice) {
        return choice.name == expectation.strategy;
      });
      if (gone == 0) continue;
      sentences.push_back(fmt::format("{} is left out, for the scenario expects it to break {}",
                                      expectation.strategy, invariant));
    }
  }
  return sentences;
}

// What a failure ended is as far as it came. An error: nothing could be measured.
Result<CapacityResult> search_all(const CapacityFlags& flags, const Scenario& scenario,
                                  LoadSearches& searches) {
  CapacityResult result;
  std::string failure;
  result.doorbuster_version = version();
  result.precision_percent = flags.precision_percent;
  result.peak_per_s = flags.peak;
  const CapacityLimits limits{.from = flags.from.value_or(highest_rate(scenario)),
                              .precision = flags.precision_percent / 100};
  for (std::size_t i = 0; i < scenario.strategies.size() && searches.signal() == 0; ++i) {
    auto found = searches.search(i, limits, 0);
    if (!found && result.strategies.empty()) return found.error();
    if (found) {
      result.strategies.push_back(conclude_capacity(
          found->strategy, found->search, std::move(found->probes), found->at_kept, flags.peak));
    }
    failure = found ? found->failure : found.error().message();
    if (failure.empty()) continue;
    failure = fmt::format("the search for {} failed: {}", scenario.strategies[i].name, failure);
    complain(failure);
    break;
  }
  result.simulated = searches.simulated();
  result.conditions = searches.conditions();
  conclude_capacities(result);
  if (searches.signal() != 0 || !failure.empty()) result.verdict = Verdict::undecided;
  if (!failure.empty()) result.conclusion += fmt::format(" But {}.", failure);
  return result;
}

int find_capacity(const CapacityFlags& flags) {
  auto scenario = flags.scenario.load();
  if (!scenario) return kExitUsage;
  if (auto added = flags.slo.add_to(*scenario); !added) return complain(added.error().message());
  if (auto ready = ready_for_search(*scenario); !ready) return complain(ready.error().message());
  const std::vector<std::string> left_out = leave_out_controls(*scenario);
  if (scenario->strategies.empty()) {
    return complain(
        "no strategy is left to search for: the scenario expects each to break a promise");
  }
  const auto view = LiveView::open(flags.live);
  if (!view) return complain(view.error().message());
  LoadSearches searches(*scenario, flags.stores.settings(), **view);
  auto result = search_all(flags, *scenario, searches);
  if (!result) return complain(result.error().message());
  result->assumptions.insert(result->assumptions.end(), left_out.begin(), left_out.end());
  const DecisionForms forms = forms_of(*result);
  std::string unsaved;
  if (searches.last_folder()) unsaved = save_decision(searches.last_folder()->path(), forms);
  if (!unsaved.empty()) complain(unsaved);
  fmt::print("{}", flags.json ? forms.json : forms.terminal);
  if (searches.signal() != 0) return 128 + searches.signal();
  return unsaved.empty() ? exit_code_of(result->verdict) : kExitUsage;
}

}  // namespace

void add_capacity_command(CLI::App& app, int& code) {
  auto* command = app.add_subcommand(
      "capacity", "The highest load at which each strategy keeps the thresholds and the audit");
  auto flags = std::make_shared<CapacityFlags>();
  flags->scenario.add_options(*command);
  flags->stores.add_options(*command);
  flags->slo.add_option(*command);
  command->add_option("--from", flags->from, "the first rate in sessions/s; else the scenario's")
      ->check(above_zero());
  command->add_option("--peak", flags->peak, "the rate that is expected: the headroom over it")
      ->check(above_zero());
  command->add_option("--precision", flags->precision_percent, "how near the ends must be, in %")
      ->check(CLI::Range(1.0, 100.0))
      ->capture_default_str();
  flags->live.add_options(*command);
  command->add_flag("--json", flags->json, "capacity.json on stdout, and nothing else there");
  command->callback([flags, &code] { code = find_capacity(*flags); });
}

}  // namespace doorbuster
