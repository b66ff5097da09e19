#include "results/capacity.h"
#include "results/check.h"
#include "results/comparison.h"
#include "results/json_writer.h"
#include "results/result.h"
#include "results/sweep.h"
#include "results/trend.h"

namespace doorbuster {

std::string to_json(const RunResult& result) { return described_as_json(result); }
std::string to_json(const CheckResult& result) { return described_as_json(result); }
std::string to_json(const TrendResult& result) { return described_as_json(result); }
std::string to_json(const ComparisonResult& result) { return described_as_json(result); }
std::string to_json(const CapacityResult& result) { return described_as_json(result); }
std::string to_json(const SweepResult& result) { return described_as_json(result); }

}  // namespace doorbuster
