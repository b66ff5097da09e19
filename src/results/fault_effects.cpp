#include "results/fault_effects.h"

#include <algorithm>

namespace doorbuster {
namespace {

constexpr double kBack = 1.1;
constexpr Duration kLook = 1s;

PartResult part_of(const Series::Window& window) {
  PartResult part;
  part.count = static_cast<std::int64_t>(window.buy.count());
  if (part.count > 0) part.p99_us = to_micros(window.buy.percentile(99));
  return part;
}

double per_second(std::int64_t operations, Duration length) {
  return static_cast<double>(operations) / to_seconds(length);
}

// A trial's faults against its series.
class Effects {
 public:
  Effects(const Series& series, Duration arrivals_lasted, const std::vector<FaultResult>& faults)
      : series_(series), last_(series.origin() + arrivals_lasted), faults_(faults) {
    Instant first = last_;
    for (const FaultResult& fault : faults) {
      if (fault.at_ms) first = std::min(first, instant(*fault.at_ms));
    }
    before_ = series.window(series.origin(), first);
  }

  EffectsResult of(const FaultResult& fault) const {
    EffectsResult effects;
    const Instant begin = instant(*fault.at_ms), end = instant(*fault.until_ms);
    const Instant next = next_after(end);
    const Series::Window during = series_.window(begin, end);
    effects.before = part_of(before_);
    effects.during = part_of(during);
    effects.after = part_of(series_.window(end, next));
    effects.errors_during = during.errors;
    if (before_.database > 0 && during.length > Duration{0}) {
      effects.database_load =
          per_second(during.database, during.length) / per_second(before_.database, before_.length);
    }
    if (before_.buy.count() >= kEnoughPurchases) look_for_recovery(end, next, effects);
    return effects;
  }

 private:
  Instant instant(std::int64_t ms) const {
    return series_.origin() + std::chrono::milliseconds(ms);
  }

  Instant next_after(Instant end) const {
    Instant next = last_;
    for (const FaultResult& fault : faults_) {
      if (fault.at_ms && instant(*fault.at_ms) >= end) next = std::min(next, instant(*fault.at_ms));
    }
    return next;
  }

  void look_for_recovery(Instant end, Instant next, EffectsResult& effects) const {
    const double good = kBack * to_micros(before_.buy.percentile(99));
    for (Instant from = end; from + kLook <= next; from += series_.interval()) {
      const Series::Window second = series_.window(from, from + kLook + series_.interval());
      if (second.buy.count() < kEnoughPurchases) continue;
      effects.recovered = Verdict::broken;  // unless one is good
      if (to_micros(second.buy.percentile(99)) > good) continue;
      effects.recovered = Verdict::holds;
      effects.recovered_after_ms =
          std::chrono::duration_cast<std::chrono::milliseconds>(from - end).count();
      return;
    }
  }

  const Series& series_;
  const Instant last_;
  const std::vector<FaultResult>& faults_;
  Series::Window before_;
};

}  // namespace

void add_effects(const Series& series, Duration arrivals_lasted, std::vector<FaultResult>& faults) {
  const Effects effects(series, arrivals_lasted, faults);
  for (FaultResult& fault : faults) {
    if (fault.at_ms && fault.until_ms) fault.effects = effects.of(fault);
  }
}

}  // namespace doorbuster
