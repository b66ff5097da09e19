#include "stats/change_points.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <span>
#include <utility>

#include "base/random.h"

namespace doorbuster {
namespace {

constexpr std::uint64_t kPermutationStream = 1;

struct Split {
  std::size_t at = 0;
  double distance = -1;
};

// The best split of one stretch: the left part against a right part that may end before the stretch
// does, so that a change and its mending do not hide each other. The sums of all distances within
// and between parts come from one table of those among the first i and the first j values.
Split best_split(std::span<const double> values, std::vector<double>& sums) {
  const std::size_t all = values.size();
  const std::size_t width = all + 1;
  sums.assign(width * width, 0);
  for (std::size_t i = 1; i <= all; ++i) {
    for (std::size_t j = 1; j <= all; ++j) {
      sums[i * width + j] = sums[(i - 1) * width + j] + sums[i * width + j - 1] -
                            sums[(i - 1) * width + j - 1] + std::abs(values[i - 1] - values[j - 1]);
    }
  }
  Split best;
  for (std::size_t at = kShortestStretch; at + kShortestStretch <= all; ++at) {
    const double left = sums[at * width + at];
    const auto n = static_cast<double>(at);
    for (std::size_t end = at + kShortestStretch; end <= all; ++end) {
      const double across = sums[at * width + end];
      const double right = sums[end * width + end] - 2 * across + left;
      const auto m = static_cast<double>(end - at);
      const double energy =
          2 * (across - left) / (n * m) - left / (n * (n - 1)) - right / (m * (m - 1));
      const double distance = n * m / (n + m) * energy;
      if (distance > best.distance) best = {at, distance};
    }
  }
  return best;
}

struct Stretch {
  std::size_t begin = 0;
  std::size_t end = 0;
};

class Search {
 public:
  Search(const std::vector<double>& series, const ChangeSearch& search)
      : series_(series),
        search_(search),
        random_(stream_seed(search.seed, kPermutationStream, 0)) {}

  std::vector<ChangePoint> run() {
    std::vector<Stretch> open = {{0, series_.size()}};
    while (!open.empty()) {
      const Stretch stretch = open.back();
      open.pop_back();
      if (const auto change = change_in(stretch)) {
        found_.push_back(*change);
        open.push_back({stretch.begin, change->at});
        open.push_back({change->at, stretch.end});
      }
    }
    std::ranges::sort(found_, {}, &ChangePoint::at);
    return std::move(found_);
  }

 private:
  std::optional<ChangePoint> change_in(const Stretch& stretch) {
    if (stretch.end - stretch.begin < 2 * kShortestStretch) return std::nullopt;
    std::vector<double> values(series_.begin() + static_cast<std::ptrdiff_t>(stretch.begin),
                               series_.begin() + static_cast<std::ptrdiff_t>(stretch.end));
    const Split split = best_split(values, sums_);
    int as_large = 0;
    for (int i = 0; i < search_.permutations; ++i) {
      for (std::size_t k = values.size(); k > 1; --k) {
        std::swap(values[k - 1], values[random_.below(k)]);
      }
      if (best_split(values, sums_).distance >= split.distance * (1 - 1e-12)) ++as_large;
    }
    const double p = (1.0 + as_large) / (1.0 + search_.permutations);
    if (p > search_.level) return std::nullopt;
    return ChangePoint{stretch.begin + split.at, p};
  }

  const std::vector<double>& series_;
  const ChangeSearch search_;
  Random random_;
  std::vector<double> sums_;
  std::vector<ChangePoint> found_;
};

}  // namespace

std::vector<ChangePoint> change_points(const std::vector<double>& series,
                                       const ChangeSearch& search) {
  return Search(series, search).run();
}

}  // namespace doorbuster
