#include "decide/comparison_course.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>

namespace doorbuster {
namespace {

int blocks_of(const RunResult& run) {
  int blocks = 0;
  for (const TrialResult& trial : run.trials) blocks = std::max(blocks, trial.block);
  return blocks;
}

}  // namespace

ComparisonCourse::ComparisonCourse(ComparePlan plan, std::vector<std::string> strategies,
                                   int fewest, std::optional<Duration> time)
    : plan_(std::move(plan)), strategies_(std::move(strategies)), time_(time) {
  fewest_ = std::max(fewest, fewest_blocks(strategies_.size(), level_of_look()));
  next_look_ = fewest_;
  plan_.strategies = strategies_;
}

double ComparisonCourse::level_of_look() const {
  return time_ ? plan_.level / std::pow(2, looks_ + 1) : plan_.level;
}

bool ComparisonCourse::look(const RunResult& so_far, int blocks) {
  plan_.look_level = level_of_look();
  RunResult as_if_over = so_far;  // it would be, if this is clear
  as_if_over.interrupted = false;
  last_ = compare_strategies(as_if_over, plan_);
  ++looks_;
  looked_at_ = blocks;
  next_look_ = std::max(blocks + 1, static_cast<int>(std::ceil(1.4 * blocks)));
  return last_->verdict != Verdict::undecided;
}

std::vector<std::string> ComparisonCourse::next_block(const RunResult& so_far, Duration elapsed) {
  const int blocks = blocks_of(so_far);
  const Duration last_block = elapsed - std::exchange(before_last_block_, elapsed);
  if (blocks >= fewest_) {
    if (!time_) return {};
    // Whoever has no time for a further block looks now, by conclude().
    const bool time_is_up = elapsed + last_block > *time_;
    if (time_is_up || (blocks >= next_look_ && look(so_far, blocks))) return {};
  }
  std::vector<std::string> next;
  std::vector<Elimination> out = eliminate(so_far, plan_.tolerated);
  std::ranges::copy(plan_.capacity.eliminated, std::back_inserter(out));
  for (const std::string& name : strategies_) {
    const bool is_out = std::ranges::find(out, name, &Elimination::strategy) != out.end();
    if (!is_out) next.push_back(name);
  }
  return next;
}

ComparisonResult ComparisonCourse::conclude(const RunResult& run) {
  const int blocks = blocks_of(run);
  if (looked_at_ == blocks && last_) {  // the same trials: the result has its end since
    plan_.look_level = last_->look_level;
  } else {
    plan_.look_level = level_of_look();
    ++looks_;
  }
  return compare_strategies(run, plan_);
}

}  // namespace doorbuster
