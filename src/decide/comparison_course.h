// How a comparison goes on: block after block until the answer is clear or the time is used up.
// Looking again and again until something shows would find differences that are none, so that the
// level is shared among the looks: without a time limit there is one look at all of it; with one,
// look k has level / 2^k, together at most the level, and there are few of them, each at two fifths
// more blocks than the one before. Strategies that broke a hard constraint are not run any more.
// Pure: how long it has taken is told.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/time.h"
#include "decide/compare.h"

namespace doorbuster {

class ComparisonCourse {
 public:
  // `fewest` blocks are run in any case; 0: as many as it takes to show anything.
  ComparisonCourse(ComparePlan plan, std::vector<std::string> strategies, int fewest,
                   std::optional<Duration> time);

  // Before the first block and after each: the strategies of the next; none: it is over.
  std::vector<std::string> next_block(const RunResult& so_far, Duration elapsed);

  // Of the goal "capacity": to add to what further searches found. Before next_block().
  CapacityObservations& capacity() { return plan_.capacity; }

  // What there is to say at the end, by whichever level is left.
  ComparisonResult conclude(const RunResult& run);

  int fewest() const { return fewest_; }

 private:
  double level_of_look() const;
  bool look(const RunResult& so_far, int blocks);

  ComparePlan plan_;
  std::vector<std::string> strategies_;
  int fewest_ = kFewestBlocks;
  std::optional<Duration> time_;
  int looks_ = 0;       // taken
  int next_look_ = 0;   // at so many blocks
  int looked_at_ = -1;  // blocks of the last look
  Duration before_last_block_{};
  std::optional<ComparisonResult> last_;
};

}  // namespace doorbuster
