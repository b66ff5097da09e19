#include "report/fault_words.h"

#include <fmt/format.h>

namespace doorbuster {
namespace {

double seconds(std::int64_t ms) { return static_cast<double>(ms) / 1000; }

}  // namespace

std::string fault_words(const FaultResult& fault) {
  std::string words = fault.kind;
  if (!fault.operation.empty()) words += " of " + fault.operation;
  if (!fault.at_ms) return words + " never came";
  words += fmt::format(" from {:.3f}", seconds(*fault.at_ms));
  words += fault.until_ms ? fmt::format(" to {:.3f} s", seconds(*fault.until_ms)) : " s on";
  if (fault.struck) words += fmt::format(", {} struck", *fault.struck);
  return words;
}

std::string faults_between(const std::vector<FaultResult>& faults, std::int64_t from_ms,
                           std::int64_t until_ms) {
  std::string kinds;
  for (const FaultResult& fault : faults) {
    if (!fault.at_ms || *fault.at_ms >= until_ms) continue;
    if (fault.until_ms && *fault.until_ms <= from_ms) continue;
    kinds += (kinds.empty() ? "" : ", ") + fault.kind;
  }
  return kinds;
}

}  // namespace doorbuster
