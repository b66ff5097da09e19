#include "decide/compare.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <map>

#include "base/random.h"
#include "decide/words.h"
#include "stats/bootstrap.h"
#include "stats/holm.h"
#include "stats/mann_whitney.h"
#include "stats/order_statistics.h"
#include "stats/power.h"

namespace doorbuster {
namespace {

constexpr std::uint64_t kBootstrapStream = 1;

double relative_median(const std::vector<double>& first, const std::vector<double>& second) {
  const double of = median(first);
  return of == 0 ? 0 : 100 * (median(second) / of - 1);
}

double pooled_noise(const std::vector<double>& first, const std::vector<double>& second) {
  std::vector<double> residuals;
  for (const auto* group : {&first, &second}) {
    const double middle = median(*group);
    for (const double value : *group) residuals.push_back(value - middle);
  }
  return robust_deviation(residuals);
}

// One strategy that is left, with the runs that count.
struct Contender {
  std::string name;
  std::vector<double> goal;
  RankedStrategy shown;
};

class Comparison {
 public:
  Comparison(const RunResult& run, const ComparePlan& plan)
      : run_(run), all_{run}, plan_(plan), random_(stream_seed(plan.seed, kBootstrapStream, 0)) {}

  ComparisonResult decide() {
    head();
    result_.eliminated = plan_.capacity.eliminated;
    for (Elimination& one : eliminate(run_, plan_.tolerated)) {
      if (!is_out(one.strategy)) result_.eliminated.push_back(std::move(one));
    }
    gather();
    result_.pairs = pairs_by(plan_.goal);
    rank();
    choose();
    for (const Contender& contender : contenders_) result_.ranking.push_back(contender.shown);
    put_in_words(result_, run_, plan_.capacity.kept);
    return std::move(result_);
  }

 private:
  void head() {
    result_.doorbuster_version = run_.doorbuster_version;
    result_.run_id = run_.run_id;
    result_.started_at = run_.started_at;
    result_.simulated = run_.simulated;
    result_.goal = plan_.goal.name;
    result_.unit = plan_.goal.unit;
    result_.lower_is_better = plan_.goal.lower_is_better;
    result_.level = plan_.level;
    result_.look_level = plan_.look_level;
    result_.margin_percent = plan_.margin_percent;
    for (const TrialResult& trial : run_.trials) {
      result_.blocks = std::max(result_.blocks, trial.block);
    }
    if (run_.interrupted) result_.notes.emplace_back("the run was interrupted: trials are missing");
    for (const std::string& warning : run_.warnings) result_.notes.push_back(warning);
    for (const std::string& name : plan_.tolerated) {
      result_.notes.push_back(fmt::format("{} was told to be tolerated", name));
    }
  }

  bool is_out(const std::string& name) const {
    return std::ranges::find(result_.eliminated, name, &Elimination::strategy) !=
           result_.eliminated.end();
  }

  MedianOverRuns median_of(const std::vector<double>& sample) {
    if (sample.empty()) return {};
    const Estimate estimate =
        bootstrap_bca(sample, median, 1 - plan_.level, random_, plan_.bootstrap_draws);
    return {estimate.value, estimate.interval.low, estimate.interval.high};
  }

  std::vector<double> sample(const std::string& name, const Figure& figure) const {
    if (figure.name != capacity_figure().name) return sample_of(all_, name, figure);
    std::vector<double> found;
    for (const FoundCapacity& each : plan_.capacity.found) {
      if (each.strategy == name) found.push_back(each.per_s);
    }
    return found;
  }

  // Of some search only a bound is known from below, so that nothing can be said to bear more.
  bool is_bound_only(const std::string& name, const Figure& figure) const {
    return figure.name == capacity_figure().name &&
           std::ranges::any_of(plan_.capacity.found, [&](const FoundCapacity& each) {
             return each.strategy == name && each.at_least;
           });
  }

  bool by_capacity() const { return plan_.goal.name == capacity_figure().name; }

  // The first of a strategy is told with its reason.
  void leave_out(const std::string& what, const std::string& why, RankedStrategy& shown) {
    if (shown.runs_left_out++ > 0) return;
    result_.notes.push_back(fmt::format("{} is left out: {}", what, why));
  }

  // Where searches are what is observed, a trial is only what one of them shows.
  void look_at_trials(const std::string& name, RankedStrategy& shown) {
    for (const LostSearch& lost : plan_.capacity.lost) {
      if (lost.strategy == name) leave_out("a search for " + name, lost.why, shown);
    }
    for (const TrialResult& trial : run_.trials) {
      if (trial.strategy != name) continue;
      if (!counts(trial) && !by_capacity()) {
        leave_out(fmt::format("{}.{}", name, trial.repetition),
                  trial.interrupted       ? "it was cut short"
                  : trial.reasons.empty() ? "it is no measurement"
                                          : trial.reasons.front(),
                  shown);
      }
      if (trial.audit.as_expected) continue;
      undecided_audits_.push_back(name);
      result_.notes.push_back(
          by_capacity() ? fmt::format("in search {} for {} the audit is "
                                      "undecided",
                                      trial.repetition, name)
                        : fmt::format("the audit of {}.{} is undecided", name, trial.repetition));
    }
  }

  // Best median first; one without any run that counts comes last.
  void gather() {
    for (const std::string& name : strategies_of(all_)) {
      if (is_out(name)) continue;
      Contender contender{.name = name, .goal = sample(name, plan_.goal), .shown = {}};
      RankedStrategy& shown = contender.shown;
      shown.strategy = name;
      shown.runs = static_cast<int>(contender.goal.size());
      look_at_trials(name, shown);
      if (is_bound_only(name, plan_.goal)) {
        result_.notes.push_back(fmt::format(
            "{} bears at least so much: in a search the harness was at its limit first", name));
      }
      shown.goal = median_of(contender.goal);
      shown.database_statements_per_sale =
          median_of(sample_of(all_, name, *figure_named("statements_per_sale")));
      shown.cpu_us_per_op = median_of(sample_of(all_, name, *figure_named("cpu")));
      contenders_.push_back(std::move(contender));
    }
    std::ranges::stable_sort(contenders_, [&](const Contender& a, const Contender& b) {
      if (a.goal.empty() || b.goal.empty()) return !a.goal.empty() && b.goal.empty();
      return plan_.goal.lower_is_better ? median(a.goal) < median(b.goal)
                                        : median(a.goal) > median(b.goal);
    });
  }

  // All pairs of contenders that have the figure, the better one first.
  std::vector<ComparedPair> pairs_by(const Figure& figure) {
    std::vector<ComparedPair> pairs;
    std::vector<double> p;
    for (std::size_t i = 0; i < contenders_.size(); ++i) {
      for (std::size_t j = i + 1; j < contenders_.size(); ++j) {
        auto better = sample(contenders_[i].name, figure);
        auto other = sample(contenders_[j].name, figure);
        if (better.empty() || other.empty()) continue;
        ComparedPair pair;
        pair.better = contenders_[i].name;
        pair.other = contenders_[j].name;
        const bool swapped = figure.lower_is_better ? median(other) < median(better)
                                                    : median(other) > median(better);
        if (swapped) {
          std::swap(better, other);
          std::swap(pair.better, pair.other);
        }
        pair.metric = figure.name;
        pair.p = mann_whitney(better, other).p_two_sided;
        p.push_back(pair.p);
        pairs.push_back(std::move(pair));
      }
    }
    const std::vector<double> corrected = holm(p);
    for (std::size_t i = 0; i < pairs.size(); ++i) {
      pairs[i].p_corrected = corrected[i];
      judge_pair(pairs[i], figure, pairs.size());
    }
    return pairs;
  }

  void judge_pair(ComparedPair& pair, const Figure& figure, std::size_t family) {
    const auto better = sample(pair.better, figure);
    const auto other = sample(pair.other, figure);
    const double of = median(better);
    if (of != 0) {
      const Estimate estimate = bootstrap_two_samples(
          better, other, relative_median, 1 - plan_.level, random_, plan_.bootstrap_draws);
      pair.change = {estimate.value, estimate.interval.low, estimate.interval.high};
    }
    const std::size_t runs = std::min(better.size(), other.size());
    const bool enough =
        runs >= static_cast<std::size_t>(kFewestBlocks) && !is_bound_only(pair.other, figure);
    const bool matters =
        !pair.change.percent || std::abs(*pair.change.percent) >= plan_.margin_percent;
    pair.clear = enough && pair.p_corrected <= plan_.look_level && matters;
    pair.alike = enough && !pair.clear && !is_bound_only(pair.better, figure) && pair.change.low &&
                 *pair.change.low >= -plan_.margin_percent &&
                 *pair.change.high <= plan_.margin_percent;
    if (pair.clear) {
      pair.sentence =
          fmt::format("{}'s {} is {} than {}'s, p = {:.2g} after correction for {}", pair.other,
                      figure.name, change_in_words(pair.change, 1 - plan_.level), pair.better,
                      pair.p_corrected, counted(family, "pair", "pairs"));
      return;
    }
    say_no_difference(pair, of, pooled_noise(better, other), runs, family);
  }

  void say_no_difference(ComparedPair& pair, double of, double noise, std::size_t runs,
                         std::size_t family) const {
    const std::string seen = fmt::format(
        "between {} and {} in {} at {}: {}", pair.better, pair.other, pair.metric,
        observations_in_words(result_, runs), change_in_words(pair.change, 1 - plan_.level));
    if (pair.alike) {
      pair.sentence = fmt::format("no difference {}; it is under the {:.3g} % that matter", seen,
                                  plan_.margin_percent);
      return;
    }
    pair.sentence = fmt::format("no difference shown yet {}, p = {:.2g} after correction for {}",
                                seen, pair.p_corrected, counted(family, "pair", "pairs"));
    const double wanted = std::abs(of) * plan_.margin_percent / 100;
    if (wanted <= 0) return;
    const std::size_t needed =
        runs_to_show({.level = plan_.look_level / 2 / static_cast<double>(family),
                      .power = 0.8,
                      .deviation = noise,
                      .difference = wanted});
    pair.shown_percent = plan_.margin_percent;
    pair.more_runs = needed > runs ? static_cast<int>(needed - runs) : 0;
    pair.sentence +=
        *pair.more_runs > 0
            ? fmt::format("; about {} more of each would show {:.3g} %", *pair.more_runs,
                          plan_.margin_percent)
            : fmt::format("; about so many show {:.3g} % in 4 of 5 cases", plan_.margin_percent);
  }

  const ComparedPair* pair_of(const std::string& a, const std::string& b,
                              const std::vector<ComparedPair>& pairs) const {
    for (const ComparedPair& pair : pairs) {
      if ((pair.better == a && pair.other == b) || (pair.better == b && pair.other == a)) {
        return &pair;
      }
    }
    return nullptr;
  }

  bool is_clearly_behind(const Contender& behind, const Contender& ahead) const {
    const ComparedPair* pair = pair_of(ahead.name, behind.name, result_.pairs);
    return pair != nullptr && pair->clear && pair->better == ahead.name;
  }

  // The best of those left, with all that are not clearly behind it, and so on.
  void rank() {
    for (auto left = contenders_.begin(); left != contenders_.end();) {
      const Contender leader = *left;
      const auto rank = static_cast<int>(left - contenders_.begin()) + 1;
      const auto behind = std::stable_partition(
          left, contenders_.end(),
          [&](const Contender& contender) { return !is_clearly_behind(contender, leader); });
      for (; left != behind; ++left) left->shown.rank = rank;
    }
  }

  // Those that cannot be told from the best, it included.
  std::vector<std::string> best_ones() const {
    std::vector<std::string> best;
    for (const Contender& contender : contenders_) {
      if (contender.shown.rank == 1) best.push_back(contender.name);
    }
    return best;
  }

  // The one of them that clearly costs less than each other, or nothing.
  std::optional<std::string> cheapest(const std::vector<std::string>& best) {
    for (const Figure& cost : cost_figures()) {
      std::vector<ComparedPair> costs = pairs_by(cost);
      for (const std::string& candidate : best) {
        const bool beats_all = std::ranges::all_of(best, [&](const std::string& other) {
          if (other == candidate) return true;
          const ComparedPair* pair = pair_of(candidate, other, costs);
          return pair != nullptr && pair->clear && pair->better == candidate;
        });
        if (!beats_all) continue;
        for (ComparedPair& pair : costs) {
          if (pair.better == candidate) result_.pairs.push_back(std::move(pair));
        }
        return candidate;
      }
    }
    return std::nullopt;
  }

  void choose() {
    if (contenders_.empty()) {
      const bool none_is_left = !result_.eliminated.empty() &&
                                std::ranges::all_of(plan_.strategies, [&](const std::string& name) {
                                  return is_out(name);
                                });
      if (none_is_left) result_.verdict = Verdict::broken;
      return;
    }
    const std::vector<std::string> best = best_ones();
    const bool enough = std::ranges::all_of(contenders_, [](const Contender& contender) {
      return contender.goal.size() >= static_cast<std::size_t>(kFewestBlocks);
    });
    bool settled = enough;
    if (best.size() == 1) {
      result_.choice = best[0];
      result_.decided_by = contenders_.size() == 1 ? "only survivor" : "goal";
    } else {
      // Alike in what was asked for, or only not told apart: cost may choose, but settles it only
      // where the difference that is not seen would not matter.
      settled = settled && std::ranges::all_of(best, [&](const std::string& other) {
                  const ComparedPair* pair = pair_of(best[0], other, result_.pairs);
                  return other == best[0] || (pair != nullptr && pair->alike);
                });
      result_.choice = cheapest(best);
      if (result_.choice) result_.decided_by = "cost";
    }
    const bool audited = !result_.choice || std::ranges::find(undecided_audits_, *result_.choice) ==
                                                undecided_audits_.end();
    // That several are alike in all that was asked is an answer too: any of them.
    if (settled && audited && !run_.interrupted) result_.verdict = Verdict::holds;
  }

  const RunResult& run_;
  const std::vector<RunResult> all_;  // the one, as sample_of() takes them
  const ComparePlan& plan_;
  Random random_;
  ComparisonResult result_;
  std::vector<Contender> contenders_;
  std::vector<std::string> undecided_audits_;
};

}  // namespace

int fewest_blocks(std::size_t strategies, double look_level) {
  const double pairs = static_cast<double>(strategies * (strategies - 1)) / 2;
  if (pairs < 1) return kFewestBlocks;
  return std::max(kFewestBlocks, static_cast<int>(runs_for_p(look_level / 2 / pairs)));
}

ComparisonResult compare_strategies(const RunResult& run, const ComparePlan& plan) {
  return Comparison(run, plan).decide();
}

}  // namespace doorbuster
