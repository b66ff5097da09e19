#include "cli/load_search.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "cli/app.h"
#include "cli/saved_reports.h"
#include "decide/capacity.h"
#include "decide/compare.h"
#include "run/vocabulary.h"
#include "scenario/describe.h"
#include "scenario/overrides.h"
#include "scenario/parse.h"
#include "scenario/problem.h"

namespace doorbuster {
namespace {

// As a file of nothing else.
Result<std::vector<Threshold>> thresholds_of(const std::string& expression) {
  if (expression.find_first_of("'\n\r") != std::string::npos) {
    return invalid("--slo: a comparison is needed, such as \"buy.p99 < 50ms\"");
  }
  auto parsed = parse_scenario(
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
  return std::get<Scenario>(parsed).thresholds;
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

}  // namespace

void SloFlag::add_option(CLI::App& command) {
  command.add_option("--slo", expressions,
                     "a threshold to keep beside the scenario's, \"buy.p99 < 50ms\"");
}

Result<Done> SloFlag::add_to(Scenario& scenario) const {
  for (const std::string& expression : expressions) {
    auto thresholds = thresholds_of(expression);
    if (!thresholds) return thresholds.error();
    for (Threshold& each : *thresholds) scenario.thresholds.push_back(std::move(each));
  }
  return Done{};
}

Result<Done> ready_for_search(const Scenario& scenario) {
  if (scenario.load.stages.empty()) {
    return invalid("capacity is a rate, and this load has none: it is closed, or a trace");
  }
  if (!scenario.thresholds.empty()) return Done{};
  return invalid(
      "there is no threshold to keep: --slo \"buy.p99 < 50ms\", or [[thresholds]] in the scenario");
}

std::string kept_in_words(const Scenario& scenario) {
  std::string words;
  for (const Threshold& each : scenario.thresholds) {
    words += (words.empty() ? "" : ", ") + each.expression;
  }
  return words;
}

double highest_rate(const Scenario& scenario) {
  double highest = 0;
  for (const Stage& stage : scenario.load.stages) {
    highest = std::max({highest, stage.rate, stage.rate_to, stage.quiet_rate});
  }
  return highest;
}

LoadSearches::LoadSearches(const Scenario& scenario, RunSettings settings, LiveView& view,
                           std::set<std::string> tolerated)
    : scenario_(scenario),
      settings_(std::move(settings)),
      view_(view),
      tolerated_(std::move(tolerated)) {
  settings_.out /= "capacity";
}

Result<LoadSearch> LoadSearches::search(std::size_t strategy, const CapacityLimits& limits,
                                        std::uint64_t seed) {
  const std::string& name = scenario_.strategies[strategy].name;
  LoadSearch found{.strategy = name, .search = CapacitySearch(limits), .probes = {}};
  std::map<double, RunResult> runs;
  std::map<double, std::uint64_t> seen;
  while (const auto rate = found.search.next()) {
    auto scaled = at_rate(scenario_, strategy, *rate);
    if (!scaled) {
      if (found.probes.empty()) return scaled.error();
      break;  // a rate beyond what a scenario may say
    }
    // Every further run of a rate has other buyers, or it would confirm nothing.
    scaled->seed += seed + seen[*rate]++;
    scaled->resolved = resolved_values(*scaled);
    auto ended = probe(name, *scaled, *rate);
    if (!ended && found.probes.empty()) return ended.error();
    if (!ended) {
      found.failure = ended.error().message();
      break;
    }
    if (ended->signal != 0) break;
    found.probes.push_back(judge_probe(ended->result, *rate, stock_of(*scaled), tolerated_));
    found.search.told({*rate, answer_of(found.probes.back()), found.probes.back().why});
    found.last = ended->result;
    runs.insert_or_assign(*rate, std::move(ended->result));
  }
  if (const auto kept = found.search.kept()) found.at_kept = runs.at(*kept);
  return found;
}

Result<RunEnd> LoadSearches::probe(const std::string& name, const Scenario& scaled, double rate) {
  RunObserver observer = view_.observer();
  observer.on_phase = nullptr;  // of each of many runs: its rate says more
  view_.display().phase(
      fmt::format("{} at {:.7g} sessions/s", name, rate < 100 ? rate : std::round(rate)));
  auto ended = run_scenario(scaled, settings_, observer);
  view_.display().clear();
  if (!ended) return ended.error();
  signal_ = ended->signal;
  simulated_ = ended->result.simulated;
  if (conditions_.empty()) conditions_ = conditions_of(without_rate(ended->result));
  if (auto failed = save_first_report(ended->folder.path(), ended->result); !failed.empty())
    warn(failed);
  folder_ = ended->folder;
  return ended;
}

RunResult without_rate(const RunResult& run) {
  RunResult general;
  general.scenario = run.scenario;
  general.environment = run.environment;
  general.simulated = run.simulated;
  general.model = run.model;
  std::erase_if(general.scenario.resolved, [](const auto& fact) {
    return fact.first == "load.rate" || fact.first == "shop.stock";
  });
  return general;
}

}  // namespace doorbuster
