// The metrics that thresholds speak of: each a name, whether it is a time, and how it is read from
// what a trial has recorded so far. Pure.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "audit/audit.h"
#include "audit/staleness.h"
#include "measure/recorder.h"
#include "scenario/vocabulary.h"

namespace doorbuster {

// What a metric is read from. `audit` and `staleness` are nothing while the trial is running.
struct TrialFigures {
  const Recorder& recorded;
  Duration elapsed{};
  const AuditFigures* audit = nullptr;
  const Staleness* staleness = nullptr;
};

// A value and how many samples stand behind it. Times are in microseconds, shares from 0 to 1.
struct MetricValue {
  double value = 0;
  std::int64_t samples = 0;
};

// What buyers asked of the shop: views, answered or not, attempts to buy and payments.
std::int64_t operations_of(const Recorder& recorder);

// Nothing where there is no sample, or no metric of that name.
std::optional<MetricValue> measure_metric(std::string_view metric, const TrialFigures& figures);

std::vector<MetricWord> metric_words();

bool holds(Threshold::Comparison comparison, double value, double limit);

}  // namespace doorbuster
