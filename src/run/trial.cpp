#include "run/trial.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "audit/audit.h"
#include "measure/validity.h"
#include "results/distill.h"
#include "results/fault_effects.h"
#include "run/complaints.h"
#include "run/expectations.h"
#include "run/metrics.h"

namespace doorbuster {
namespace {

constexpr std::uint64_t kWarmupStream = 5;
constexpr Quantity kWarmupStock = 1'000'000'000;

Stocking stocking_of(const TrialPlan& plan) {
  std::vector<StockedItem> items;
  for (const Product& product : plan.scenario.shop.products) {
    items.push_back({product.id, product.stock});
  }
  Stocking stocking = stocking_for(plan.strategy, plan.options, std::move(items));
  stocking.log_changes = plan.scenario.history.stock_log;
  return stocking;
}

// Warm-up runs on stock of its own, more than can be sold, and is thrown away.
Result<Done> warm_up(const TrialPlan& plan, World& world) {
  const Warmup& warmup = plan.scenario.warmup;
  if (warmup.duration == Duration{} || warmup.rate <= 0) return Done{};
  Stocking plenty = stocking_of(plan);
  for (StockedItem& item : plenty.items) item.quantity = kWarmupStock;
  if (auto stocked = world.stock(plenty); !stocked) return stocked;

  Load load;
  load.stages = {{.profile = Profile::poisson, .duration = warmup.duration, .rate = warmup.rate}};
  load.pacing = plan.scenario.load.pacing;
  const auto opening = open_the_doors({.scenario = plan.scenario,
                                       .load = load,
                                       .strategy = plan.strategy,
                                       .options = plan.options,
                                       .stocking = plenty,
                                       .seed = stream_seed(plan.seed, kWarmupStream, 0),
                                       .read_the_cache = false},
                                      world);
  if (!opening) return opening.error();
  // What was not answered may yet happen in the stores: the trial gets connections of its own, and
  // the shop is stocked when what the old ones left behind has ended.
  if (!opening->at_rest()) world.disconnect();
  return Done{};
}

bool concerns(const std::vector<std::string>& names, std::string_view strategy) {
  return names.empty() || std::ranges::find(names, strategy) != names.end();
}

std::vector<Threshold> thresholds_of(const TrialPlan& plan) {
  std::vector<Threshold> mine;
  for (const Threshold& threshold : plan.scenario.thresholds) {
    if (concerns(threshold.strategies, plan.name)) mine.push_back(threshold);
  }
  return mine;
}

std::vector<TroubleRule> troubles_of(const TrialPlan& plan, const Faults& faults) {
  std::vector<TroubleRule> rules;
  for (const Trouble& trouble : plan.scenario.troubles) {
    if (concerns(trouble.strategies, plan.name)) rules.push_back(rule_of(trouble));
  }
  std::ranges::move(faults.rules(), std::back_inserter(rules));
  return rules;
}

std::vector<Fault> faults_of(const TrialPlan& plan) {
  std::vector<Fault> mine;
  for (const Fault& fault : plan.scenario.faults) {
    if (concerns(fault.strategies, plan.name)) mine.push_back(fault);
  }
  return mine;
}

Quantity units_on_sale(const Shop& shop) {
  Quantity units = 0;
  for (const Product& product : shop.products) units += product.on_sale ? product.stock : 0;
  return units;
}

Result<OpeningResult> let_buyers_in(const TrialPlan& plan, World& world, Faults& faults,
                                    HistoryWriter* history) {
  std::vector<Threshold> aborting = thresholds_of(plan);
  std::erase_if(aborting, [](const Threshold& threshold) { return !threshold.abort; });
  const Stocking stocking = stocking_of(plan);
  return open_the_doors({.scenario = plan.scenario,
                         .load = plan.scenario.load,
                         .strategy = plan.strategy,
                         .options = plan.options,
                         .stocking = stocking,
                         .seed = plan.seed,
                         .troubles = troubles_of(plan, faults),
                         .abort_on = std::move(aborting),
                         .on_progress = plan.on_progress,
                         .faults = &faults,
                         .history = history},
                        world);
}

std::optional<GroundTruth> read_ground_truth(const OpeningResult& opening, World& world,
                                             std::vector<std::string>& reasons) {
  if (opening.purchases_lost) {
    reasons.push_back("nothing is held against the ground truth: " + *opening.purchases_lost);
    return std::nullopt;
  }
  auto truth = world.truth();
  if (!truth) {
    reasons.push_back("the ground truth could not be read: " + truth.error().message());
    return std::nullopt;
  }
  truth->last_return = opening.last_return;
  truth->last_gate_return = opening.last_gate_return;
  truth->gate_log = opening.gate_log;
  truth->cache_read = opening.cached.has_value();
  for (std::size_t i = 0; opening.cached && i < truth->items.size(); ++i) {
    truth->items[i].cached = opening.cached->at(i);
    truth->items[i].gate = opening.gates.at(i);
  }
  return std::move(*truth);
}

RunFacts facts_of(const OpeningResult& opening, const CpuUse& before, bool truth_read) {
  const CpuUse& after = opening.cpu;
  RunFacts facts;
  facts.scheduled = opening.attendance.scheduled;
  facts.started = opening.attendance.started;
  facts.dropped = opening.attendance.dropped;
  facts.measured = opening.arrivals_lasted;
  facts.clock_resolution = steady_resolution();
  facts.truth_read = truth_read;
  const bool all_known = after.redis && after.postgres && after.harness && after.machine_all &&
                         before.redis && before.postgres && before.harness && before.machine_all;
  if (all_known && *after.machine_all > *before.machine_all) {
    const Duration ours = (*after.redis - *before.redis) + (*after.postgres - *before.postgres) +
                          (*after.harness - *before.harness);
    const Duration foreign = (*after.machine_busy - *before.machine_busy) - ours;
    facts.foreign_cpu_share =
        std::max(0.0, static_cast<double>(foreign.count()) /
                          static_cast<double>((*after.machine_all - *before.machine_all).count()));
  }
  return facts;
}

CostResult cost_of(const OpeningResult& opening, const CpuUse& before) {
  const CpuUse& after = opening.cpu;
  const Tally& tally = opening.recorded.tally;
  const std::int64_t operations = operations_of(opening.recorded);
  const auto per_operation = [&](std::optional<Duration> was,
                                 std::optional<Duration> is) -> std::optional<double> {
    if (!was || !is || operations == 0) return std::nullopt;
    return to_micros(*is - *was) / static_cast<double>(operations);
  };
  const auto per_sale = [&](std::int64_t count) -> std::optional<double> {
    if (tally[Outcome::sold] == 0) return std::nullopt;
    return static_cast<double>(count) / static_cast<double>(tally[Outcome::sold]);
  };
  return {.harness_cpu_us_per_op = per_operation(before.harness, after.harness),
          .redis_cpu_us_per_op = per_operation(before.redis, after.redis),
          .postgres_cpu_us_per_op = per_operation(before.postgres, after.postgres),
          .database_statements_per_sale = per_sale(opening.database_statements),
          .cache_commands_per_sale = per_sale(opening.cache_commands)};
}

std::vector<ThresholdResult> judge_thresholds(const TrialPlan& plan, const OpeningResult& opening,
                                              const AuditReport& report,
                                              const Staleness* staleness) {
  std::vector<ThresholdResult> results;
  const TrialFigures figures{opening.recorded, opening.lasted, &report.figures, staleness};
  for (const Threshold& threshold : thresholds_of(plan)) {
    ThresholdResult result;
    result.strategy = std::string(plan.name);
    result.repetition = plan.repetition;
    result.expression = threshold.expression;
    result.unit = threshold.unit;
    // One that ended the trial is broken, though what came after might have mended it.
    const bool ended_it =
        opening.aborted_by && opening.aborted_by->expression == threshold.expression;
    const auto measured = ended_it ? std::optional(opening.aborted_by->measured)
                                   : measure_metric(threshold.metric, figures);
    if (measured) {
      result.value = in_unit(measured->value, threshold.unit);
      result.samples = measured->samples;
      result.holds = holds(threshold.comparison, measured->value, threshold.value);
    }
    results.push_back(std::move(result));
  }
  return results;
}

// Of the kinds that the recorder tells apart.
std::vector<std::string> names_of_kinds(const Buyers& buyers) {
  std::vector<std::string> names;
  for (const BuyerKind& kind : buyers.kinds) names.push_back(kind.name);
  if (names.size() < kinds_of(buyers)) names.emplace_back(kOthers);
  return names;
}

}  // namespace

Result<TrialEnd> run_trial(const TrialPlan& plan, World& world) {
  if (auto connected = world.connect(); !connected) return connected.error();
  if (auto warm = warm_up(plan, world); !warm) return warm.error();
  if (auto stocked = world.stock(stocking_of(plan)); !stocked) return stocked.error();
  if (auto connected = world.connect(); !connected) return connected.error();

  TrialHistory history(plan.history, world.shards());
  Faults faults(faults_of(plan), units_on_sale(plan.scenario.shop));
  const CpuUse before = world.cpu();
  const TimeOfDayWatch time_of_day;
  const auto opened = let_buyers_in(plan, world, faults, history.writer());
  world.disconnect();
  if (!opened) return opened.error();
  const OpeningResult& opening = *opened;
  Disturbance disturbance = opening.disturbance;
  if (!world.simulated()) disturbance.clock_set = time_of_day.set();

  std::vector<std::string> reasons;
  const auto truth = read_ground_truth(opening, world, reasons);
  history.finish(truth, faults.in_history());
  const AuditReport report = audit(opening.history, truth);
  const Result<HistoryVerdict> answers = history.judge();
  RunFacts facts = facts_of(opening, before, truth.has_value());
  facts.stores_changed = world.stores_changed();
  Judgement judgement = judge(opening.recorded, facts);
  for (const auto& degrading :
       {history.reasons(), said_of(disturbance), complaints_of(opening.recorded.errors)}) {
    if (degrading.empty()) continue;
    judgement.validity = std::max(judgement.validity, Validity::degraded);
    reasons.insert(reasons.end(), degrading.begin(), degrading.end());
  }

  TrialEnd end;
  end.trouble = opening.trouble;
  end.result = distill(opening.recorded, opening.lasted);
  end.result.throughput.sold_out_after_ms = sold_out_after_ms(opening.history);
  end.result.strategy = std::string(plan.name);
  end.result.repetition = plan.repetition;
  end.result.block = plan.block;
  end.result.seed = plan.seed;
  end.result.interrupted = !opening.stopped_because.empty();
  if (end.result.interrupted) reasons.push_back("ended early: " + opening.stopped_because);
  end.result.validity = judgement.validity;
  end.result.reasons = std::move(judgement.reasons);
  end.result.reasons.insert(end.result.reasons.end(), reasons.begin(), reasons.end());
  end.result.pool_wait = distill(opening.pool_wait);
  end.result.cost = cost_of(opening, before);
  end.result.figures = distill(opening.figures);
  end.result.kinds = distill_kinds(opening.recorded, names_of_kinds(plan.scenario.buyers));
  end.result.fairness = distill_fairness(opening.history);
  end.result.faults = faults.results();
  add_effects(opening.recorded.series, opening.arrivals_lasted, end.result.faults);
  const auto expected = expected_of(plan.scenario, plan.name);
  end.result.audit = distill(report, expected);
  add_properties(answers, expected, end.result.audit);
  if (opening.agreement.after) {
    end.result.audit.staleness.agrees_after_s = to_seconds(*opening.agreement.after);
  }
  end.result.audit.staleness.agrees_note = opening.agreement.note;
  end.result.history = history.result();
  end.thresholds = judge_thresholds(plan, opening, report, answers ? &answers->staleness : nullptr);
  return end;
}

}  // namespace doorbuster
