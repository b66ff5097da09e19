// Faults of a trial in words, without escapes: the caller makes words from outside harmless. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "results/result.h"

namespace doorbuster {

// "lose_reply of take_if_available from 2.000 to 2.500 s, 120 struck"; "redis_stall never came".
std::string fault_words(const FaultResult& fault);

// What it did, "p99 1.20, 340.00, 1.31 ms before, during, after; 120 errors; database load x 3.20;
// latency back after 0.4 s"; "" of one that never came or has no effects noted.
std::string effect_words(const FaultResult& fault);

// The same by parts: before, during, after, errors, load, when latency was back.
struct EffectCells {
  std::string before, during, after;  // p99 in ms
  std::string errors, load, back;
};
EffectCells effect_cells(const EffectsResult& effects);

// The kinds of those that went on at some time in [from, until), "redis_stall, cut"; "" for none.
std::string faults_between(const std::vector<FaultResult>& faults, std::int64_t from_ms,
                           std::int64_t until_ms);

}  // namespace doorbuster
