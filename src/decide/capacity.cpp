#include "decide/capacity.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <string_view>
#include <utility>
#include <variant>

#include "decide/capacity_curve.h"
#include "decide/figures.h"
#include "decide/words.h"

namespace doorbuster {
namespace {

// Whether the audit is as expected, but for what may break; nothing: it is undecided.
struct AuditAnswer {
  std::optional<bool> keeps;
  std::string why = {};
};

AuditAnswer audit_but_for(const std::set<std::string>& tolerated, const AuditResult& audit) {
  AuditAnswer answer{audit.as_expected};
  bool broken = false, undecided = false, forgiven = false;
  const auto look = [&](const auto& one) {
    if (one.as_expected) return;
    if (tolerated.count(one.name) > 0) {
      forgiven = true;
      return;
    }
    (one.verdict == Verdict::undecided ? undecided : broken) = true;
    if (one.verdict == Verdict::undecided || !answer.why.empty()) return;
    answer.why = fmt::format("{} is {}", one.name, to_string(one.verdict));
  };
  std::ranges::for_each(audit.invariants, look);
  std::ranges::for_each(audit.properties, look);
  if (!forgiven) return answer;
  if (broken) return {false, answer.why};
  return {undecided ? std::nullopt : std::optional(true)};
}

std::string broken_threshold(const RunResult& run) {
  for (const ThresholdResult& threshold : run.thresholds) {
    if (threshold.holds != false) continue;
    return threshold.value ? fmt::format("{}: it is {:.4g} {}", threshold.expression,
                                         *threshold.value, threshold.unit)
                           : threshold.expression;
  }
  return "";
}

bool all_judged(const RunResult& run) {
  return std::ranges::all_of(
      run.thresholds, [](const ThresholdResult& threshold) { return threshold.holds.has_value(); });
}

std::optional<double> cores(const std::optional<double>& cpu_us_per_op, double operations_per_s) {
  if (!cpu_us_per_op) return std::nullopt;
  return *cpu_us_per_op * operations_per_s / 1e6;
}

// On average, by Little's law.
std::optional<double> in_flight(const TrialResult& trial) {
  const Distilled& view = trial.latency.view;
  const Distilled& buy = trial.latency.buy;
  const double busy_us =
      static_cast<double>(view.count) * view.mean_us + static_cast<double>(buy.count) * buy.mean_us;
  if (!(busy_us > 0)) return std::nullopt;
  return busy_us / (1e3 * static_cast<double>(trial.duration_ms));
}

bool sells_one_product(const RunResult& run) {
  std::int64_t sold = 0;
  for (const auto& [name, fact] : run.scenario.resolved) {
    const auto* number = std::get_if<std::int64_t>(&fact);
    if (number == nullptr) continue;
    if (name == "shop.on_sale") return *number == 1;
    if (name == "shop.products") sold = *number;
  }
  return sold == 1;
}

// A wait for a connection is told first: with one hot row it is what buyers queue in, whatever CPU
// is left.
std::string busiest_of(const RunResult& run, const TrialResult& trial, const ProbeResult& probe) {
  double cpus = 0;
  for (const auto& [name, fact] : run.environment.host) {
    const auto* number = std::get_if<std::int64_t>(&fact);
    if (name == "cpus" && number != nullptr) cpus = static_cast<double>(*number);
  }
  if (trial.pool_wait.count > 0 && trial.latency.buy.p99_us > 0 &&
      trial.pool_wait.p99_us > 0.5 * trial.latency.buy.p99_us) {
    return cpus > 0 && probe.postgres_cores.value_or(cpus) < 0.5 * cpus && sells_one_product(run)
               ? "the wait for a database connection while CPU is left and one product is sold: "
                 "its "
                 "row, or the disk"
               : "the wait for a database connection";
  }
  if (probe.redis_cores.value_or(0) > 0.8) return "Redis, which has one core";
  const std::pair<std::string_view, double> users[] = {
      {"PostgreSQL", probe.postgres_cores.value_or(0)},
      {"the harness", probe.harness_cores.value_or(0)},
      {"Redis", probe.redis_cores.value_or(0)}};
  double used = 0;
  for (const auto& [name, busy] : users) used += busy;
  if (cpus <= 0 || used < 0.8 * cpus) return "";
  const auto most =
      std::max_element(std::begin(users), std::end(users),
                       [](const auto& a, const auto& b) { return a.second < b.second; });
  return fmt::format("the machine's CPU, most of it {}'s ({:.2f} of {:.0f} cores)", most->first,
                     most->second, cpus);
}

std::string rate_in_words(double rate) { return with_unit(rate, "sessions/s"); }

}  // namespace

ProbeResult judge_probe(const RunResult& run, double rate, std::int64_t stock,
                        const std::set<std::string>& tolerated) {
  ProbeResult probe;
  probe.rate_per_s = rate;
  probe.run_id = run.run_id;
  probe.stock = stock;
  probe.answer = "saturated";
  if (run.trials.empty()) {
    probe.why = "no trial was finished";
    return probe;
  }
  const TrialResult& trial = run.trials.front();
  probe.achieved_per_s = trial.throughput.achieved_per_s;
  if (trial.latency.buy.count > 0) probe.buy_p99_us = trial.latency.buy.p99_us;
  if (trial.duration_ms > 0) {
    const double per_s = operations_of(trial) * 1e3 / static_cast<double>(trial.duration_ms);
    probe.operations_per_s = per_s;
    probe.in_flight = in_flight(trial);
    probe.harness_cores = cores(trial.cost.harness_cpu_us_per_op, per_s);
    probe.redis_cores = cores(trial.cost.redis_cpu_us_per_op, per_s);
    probe.postgres_cores = cores(trial.cost.postgres_cpu_us_per_op, per_s);
  }
  probe.busiest = busiest_of(run, trial, probe);
  const AuditAnswer audit = audit_but_for(tolerated, trial.audit);
  if (audit.keeps == false) {
    probe.answer = "breaks";
    probe.why = audit.why;
  } else if (!counts(trial)) {
    probe.why = trial.reasons.empty() ? "the run is no measurement" : trial.reasons.front();
  } else if (!audit.keeps || !all_judged(run)) {
    probe.answer = "breaks";
    probe.why = "an audit or a threshold is undecided";
  } else if (const std::string broken = broken_threshold(run); !broken.empty()) {
    probe.answer = "breaks";
    probe.why = broken;
  } else {
    probe.answer = "keeps";
  }
  return probe;
}

LoadAnswer answer_of(const ProbeResult& probe) {
  return probe.answer == "keeps"    ? LoadAnswer::keeps
         : probe.answer == "breaks" ? LoadAnswer::breaks
                                    : LoadAnswer::saturated;
}

StrategyCapacity conclude_capacity(const std::string& strategy, const CapacitySearch& search,
                                   std::vector<ProbeResult> probes,
                                   const std::optional<RunResult>& at_kept,
                                   std::optional<double> peak) {
  StrategyCapacity capacity;
  capacity.strategy = strategy;
  capacity.kept_per_s = search.kept();
  capacity.broken_per_s = search.broken();
  capacity.probes = std::move(probes);
  const CapacityProbe* limit = search.limit();
  capacity.knee = knee_of(capacity.probes);
  capacity.law = law_of(capacity.probes);
  capacity.saturated_first = saturated_first(capacity.probes);
  const bool by_harness = limit != nullptr && limit->answer == LoadAnswer::saturated;
  if (limit != nullptr) {
    capacity.limited_by = (by_harness ? "the harness, not the shop: " : "") + limit->why;
  }
  if (at_kept && !at_kept->trials.empty()) {
    const TrialResult& trial = at_kept->trials.front();
    capacity.database_statements_per_sale = trial.cost.database_statements_per_sale;
    capacity.cpu_us_per_op = read_figure(*figure_named("cpu"), trial);
    capacity.per_thousand_sales = thousand_sales(trial);
  }
  if (!capacity.kept_per_s) {
    capacity.verdict = by_harness || limit == nullptr ? Verdict::undecided : Verdict::broken;
    capacity.sentence = fmt::format("{} keeps its promises at no rate that was tried: {}", strategy,
                                    capacity.limited_by);
    return capacity;
  }
  if (peak && *peak > 0) capacity.headroom_percent = 100 * (*capacity.kept_per_s / *peak - 1);
  if (!capacity.broken_per_s) {
    capacity.sentence = fmt::format("{} bears {} at least: no rate that was tried breaks it",
                                    strategy, rate_in_words(*capacity.kept_per_s));
  } else if (by_harness) {
    capacity.sentence = fmt::format("{} bears {} at least; at {} the harness is at its limit ({})",
                                    strategy, rate_in_words(*capacity.kept_per_s),
                                    rate_in_words(*capacity.broken_per_s), limit->why);
  } else {
    if (search.settled()) capacity.verdict = Verdict::holds;
    capacity.sentence = fmt::format("{} bears between {} and {}, where {}", strategy,
                                    rate_in_words(*capacity.kept_per_s),
                                    rate_in_words(*capacity.broken_per_s), capacity.limited_by);
  }
  return capacity;
}

void conclude_capacities(CapacityResult& result) {
  result.assumptions = {
      "the rate is the highest of the load's shape; all its rates and the stock grow alike, so "
      "that "
      "demand to supply stays as stated",
      "harness and stores share one machine: this is no figure of other hardware, and nothing is "
      "extrapolated past what was run",
      "what is in flight is mean latency times rate (Little's law), of a load that does not last: "
      "past its capacity a shop has no steady state, and the law is fitted to what was seen"};
  const StrategyCapacity* best = nullptr;
  bool all = !result.strategies.empty();
  bool none = true;
  for (const StrategyCapacity& each : result.strategies) {
    all = all && each.verdict == Verdict::holds;
    none = none && each.verdict == Verdict::broken;
    if (each.kept_per_s && (best == nullptr || *each.kept_per_s > *best->kept_per_s)) best = &each;
  }
  result.verdict = all                                  ? Verdict::holds
                   : none && !result.strategies.empty() ? Verdict::broken
                                                        : Verdict::undecided;
  std::string words = best == nullptr ? "no strategy keeps its promises at any rate that was tried"
                                      : "the most that was found: " + best->sentence;
  if (best != nullptr && best->headroom_percent) {
    words += fmt::format("; over the expected peak of {} that is {:+.0f} %",
                         rate_in_words(*result.peak_per_s), *best->headroom_percent);
  }
  result.conclusion = fmt::format("Under {}: {}.", result.conditions, words);
}

}  // namespace doorbuster
