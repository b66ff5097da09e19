// The audit of a whole history, every operation of it: the sums (audit/audit.h) and each single
// answer (audit/properties.h). Pure and deterministic, whatever the number of threads; O(n log n).
// Views stream by (audit/observer.h): of memory it takes some tens of bytes a purchase and about a
// hundred a buyer who looked.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "audit/gate_divergence.h"
#include "audit/power.h"
#include "audit/properties.h"
#include "audit/staleness.h"
#include "audit/surroundings.h"
#include "audit/unknown_outcomes.h"
#include "history/operation_source.h"

namespace doorbuster {

struct HistoryVerdict {
  Verdict verdict = Verdict::holds;  // broken if any is; else undecided if any is
  std::int64_t operations = 0;
  std::int64_t items = 0;
  std::vector<PropertyFinding> findings;
  Staleness staleness;
  std::optional<GateDivergence> divergence;  // nothing: there is no log of a gate
  Power power;
  std::optional<UnknownOutcomes> unknown;  // nothing: nothing was judged
  std::vector<HistoryFault> faults;        // of the run, as the history has them
  // By property, of its first violation; see add_surroundings().
  std::map<std::string, Surroundings> surroundings;
};

struct JudgeOptions {
  std::vector<std::string> properties;  // empty: all
  int threads = 2;
};

// `history` is all but the views, `operations` are all, views too. Where these end early, for they
// come from a file that cannot be read any more, the verdict is worth nothing.
// REQUIRES: the history is as history/judged_history.h and history/stock_log.h say; every name is
// one of property_names()
HistoryVerdict judge_history(const JudgedHistory& history, OperationSource& operations,
                             const JudgeOptions& options = {});
// The same of a history in memory, which has its views too.
HistoryVerdict judge_history(const JudgedHistory& history, const JudgeOptions& options = {});

// What a picture of each property's first violation shows. REQUIRES: the history has the views that
// it should show
void add_surroundings(const JudgedHistory& history, HistoryVerdict& verdict);

// What holds of the views that are there says nothing of `missing` ones: undecided.
void leave_open_without_views(HistoryVerdict& verdict, std::int64_t missing);

// Nor do `missing` purchases: of these one may explain what looks broken, but for what the
// database's rows prove alone, or together with a yes that a buyer was told.
void leave_open_without_purchases(HistoryVerdict& verdict, std::int64_t missing);

// Where there is nothing to judge: all that was asked for is undecided, and `why` says why.
HistoryVerdict nothing_judged(const JudgeOptions& options, std::string_view why);

// The sums first, as invariants() and properties() have them.
std::vector<std::string> property_names();

}  // namespace doorbuster
