#include "report/fault_words.h"

#include <fmt/format.h>

#include "report/measured.h"

namespace doorbuster {
namespace {

double seconds(std::int64_t ms) { return static_cast<double>(ms) / 1000; }

constexpr std::int64_t kEnoughBeyond = 100;

std::string p99_in_ms(const PartResult& part) {
  if (!part.p99_us) return "-";
  return in_ms(spread({Measured{
      .value = *part.p99_us, .samples = part.count, .thin = part.count / 100 < kEnoughBeyond}}));
}

std::string when_back(const EffectsResult& effects) {
  if (effects.recovered_after_ms) {
    return fmt::format("after {:.1f} s", seconds(*effects.recovered_after_ms));
  }
  return effects.recovered == Verdict::broken ? "did not recover" : "-";
}

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

EffectCells effect_cells(const EffectsResult& effects) {
  return {.before = p99_in_ms(effects.before),
          .during = p99_in_ms(effects.during),
          .after = p99_in_ms(effects.after),
          .errors = fmt::format("{}", effects.errors_during),
          .load = effects.database_load ? fmt::format("x {:.2f}", *effects.database_load) : "-",
          .back = when_back(effects)};
}

std::string effect_words(const FaultResult& fault) {
  const EffectsResult& effects = fault.effects;
  if (!fault.at_ms || effects.before.count + effects.during.count + effects.after.count == 0) {
    return "";
  }
  const EffectCells cells = effect_cells(effects);
  std::string words = fmt::format("p99 {}, {}, {} ms before, during, after; {} errors",
                                  cells.before, cells.during, cells.after, cells.errors);
  if (effects.database_load) words += "; database load " + cells.load;
  if (effects.recovered_after_ms) {
    words += "; latency back " + cells.back;
  } else if (effects.recovered == Verdict::broken) {
    words += "; latency did not recover";
  }
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
