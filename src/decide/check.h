// Is the candidate worse than the baseline? Run-level rank tests of a few metrics declared
// beforehand, with Holm's correction over all of them (stats/), and a change that is too small to
// matter is none; then everything that the runs say by themselves: each audit, each threshold, each
// validity. Pure: results in, a verdict out. By precedence: a broken audit is broken even in an
// invalid run, then undecided, then a regression or a broken threshold.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "decide/figures.h"
#include "results/check.h"
#include "results/result_set.h"

namespace doorbuster {

struct CheckPlan {
  std::vector<Figure> figures;
  double level = 0.05;             // of one false alarm in the whole check
  double threshold_percent = 5;    // a smaller change is no regression
  bool leave_out_invalid = false;  // invalid trials are left out instead of making it undecided
};

// Few on purpose: every further one takes power from all. Of an open load the share of purchases
// that were answered, for how many came differs from seed to seed; of a closed one their rate.
std::vector<std::string> default_check_figures(std::string_view load_model);

JudgedRun judged(const NamedRun& run);
std::vector<RunResult> results_of(const std::vector<NamedRun>& runs);

// What the run says by itself, where that is broken or undecided.
std::vector<CheckFinding> findings_of(const RunResult& run, std::string_view side,
                                      bool leave_out_invalid);

// Whether the runs may be compared at all is the caller's to ask first (comparable.h).
CheckResult check(const std::vector<NamedRun>& baseline, const std::vector<NamedRun>& candidate,
                  const CheckPlan& plan);

}  // namespace doorbuster
