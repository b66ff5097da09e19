// What stands around a violation, for a picture: the operations that cannot both be, some that were
// under way at the same time, and the changes of stock between them. Never more than a screen,
// whatever the length of the history.
#pragma once

#include <optional>
#include <vector>

#include "audit/properties.h"
#include "history/judged_history.h"

namespace doorbuster {

struct Surroundings {
  struct Shown {
    Operation operation;
    bool accused = false;
  };

  ItemId item{};
  Instant from{}, to{};                    // of the accused
  std::vector<Shown> operations;           // by start
  std::vector<StockChange> changes;        // the first between, by version
  std::size_t more_changes = 0;            // that came after these
  std::int32_t last_version = kNoVersion;  // of the last of all
  std::vector<HistoryFault> faults = {};   // of the run, that went on meanwhile
};

// Of the operations it knows those that the history has. Nothing: none of the violation's is there.
std::optional<Surroundings> surroundings_of(const JudgedHistory& history,
                                            const Violation& violation);

}  // namespace doorbuster
