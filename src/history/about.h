// What a history file says about itself: at its front whose history it is, at its end what is in it
// and what is missing. Plain values; as text in the file (codec.h).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "history/codec.h"
#include "history/fault.h"

namespace doorbuster {

struct HistoryAbout {
  std::string scenario;
  std::string strategy;    // its name in the scenario
  std::string run;         // the name of the run's folder
  std::string started_at;  // UTC, when the doors opened: where all times of the file count from
  std::string program;     // "doorbuster 0.1.0"
  int repetition = 1;
  std::uint64_t seed = 0;

  friend bool operator==(const HistoryAbout&, const HistoryAbout&) = default;
};

struct HistoryEnd {
  std::int64_t operations = 0;      // in the file, views among them
  std::int64_t dropped = 0;         // not in the file because the disk was too slow: not views,
  std::int64_t views_dropped = 0;   // and views
  std::int64_t views_left_out = 0;  // not asked for, or beyond the limit of size
  bool truth = false;               // the ground truth is in the file
  bool cache_read = true;           // part of it, as JudgedHistory has it
  std::optional<Instant> last_return = std::nullopt;  // likewise
  std::optional<Instant> last_gate_return = std::nullopt;
  std::vector<HistoryFault> faults = {};  // in the scenario's order

  friend bool operator==(const HistoryEnd&, const HistoryEnd&) = default;
};

HistoryFacts to_facts(const HistoryAbout& about);
HistoryFacts to_facts(const HistoryEnd& end);
// A fact that is missing stays as it is by default; one that is no number where one must be, is an
// error: false.
bool from_facts(const HistoryFacts& facts, HistoryAbout& about);
bool from_facts(const HistoryFacts& facts, HistoryEnd& end);

}  // namespace doorbuster
