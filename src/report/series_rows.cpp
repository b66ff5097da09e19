#include "report/series_rows.h"

#include <algorithm>

namespace doorbuster {
namespace {

// Neighbouring rows as one: what stands at an interval's end is the later one's.
SeriesRow merged_rows(const SeriesRow& a, const SeriesRow& b) {
  SeriesRow sum = b;
  sum.at_ms = a.at_ms;
  sum.arrived += a.arrived;
  sum.sold += a.sold;
  sum.sold_out += a.sold_out;
  sum.views += a.views;
  sum.buy_p50 = std::max(a.buy_p50, b.buy_p50);
  sum.buy_p99 = std::max(a.buy_p99, b.buy_p99);
  return sum;
}

}  // namespace

CoarserSeries coarser(const SeriesResult& series, std::size_t most_rows) {
  CoarserSeries fewer;
  fewer.merged = std::max<std::size_t>(1, (series.rows.size() + most_rows - 1) / most_rows);
  for (std::size_t i = 0; i < series.rows.size(); ++i) {
    if (i % fewer.merged == 0) {
      fewer.rows.push_back(series.rows[i]);
    } else {
      fewer.rows.back() = merged_rows(fewer.rows.back(), series.rows[i]);
    }
  }
  return fewer;
}

}  // namespace doorbuster
