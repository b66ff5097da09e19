// What the runs of a search show beside its end: the knee, the law of the curve, what was at its
// limit first, and what a thousand sales cost. Runs that the harness saturated are left out of the
// knee and the law: their latencies are the harness's. Pure.
#pragma once

#include <string>
#include <vector>

#include "results/capacity.h"

namespace doorbuster {

// From this many times the p99 of the lowest load on, a load is past the knee. In a queue with one
// server, Poisson arrivals and exponential service every percentile has doubled where half of the
// server is used, and there rate over delay, Kleinrock's power, is highest (Kleinrock, "Power and
// deterministic rules of thumb for probabilistic problems in computer communications", ICC 1979).
inline constexpr double kKneeFactor = 2;

KneeResult knee_of(const std::vector<ProbeResult>& probes);
ScalabilityLaw law_of(const std::vector<ProbeResult>& probes);
std::string saturated_first(const std::vector<ProbeResult>& probes);
ThousandSales thousand_sales(const TrialResult& trial);

}  // namespace doorbuster
