// A series with fewer rows. Pure.
#pragma once

#include <cstddef>
#include <vector>

#include "results/result.h"

namespace doorbuster {

struct CoarserSeries {
  std::size_t merged = 1;       // intervals of the series in each row
  std::vector<SeriesRow> rows;  // counts add up; of the latencies the worst stands
};

// At most `most_rows` of them. REQUIRES: most_rows > 0
CoarserSeries coarser(const SeriesResult& series, std::size_t most_rows);

}  // namespace doorbuster
