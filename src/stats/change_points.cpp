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

// The best split of one stretch. The three sums of distances (within the left part, within the
// right one, between them) are carried along as one value after the other changes sides.
Split best_split(std::span<const double> values) {
  const std::size_t all = values.size();
  const auto to_others = [&](std::size_t of, std::size_t from, std::size_t until) {
    double sum = 0;
    for (std::size_t i = from; i < until; ++i) sum += std::abs(values[of] - values[i]);
    return sum;
  };
  double left = 0;
  double right = 0;
  double between = 0;
  for (std::size_t i = 0; i < all; ++i) right += to_others(i, i + 1, all);
  Split best;
  for (std::size_t at = 1; at + kShortestStretch <= all; ++at) {
    const double to_left = to_others(at - 1, 0, at - 1);
    const double to_right = to_others(at - 1, at, all);
    left += to_left;
    right -= to_right;
    between += to_right - to_left;
    if (at < kShortestStretch) continue;
    const auto n = static_cast<double>(at);
    const auto m = static_cast<double>(all - at);
    const double energy =
        2 * between / (n * m) - 2 * left / (n * (n - 1)) - 2 * right / (m * (m - 1));
    const double distance = n * m / (n + m) * energy;
    if (distance > best.distance) best = {at, distance};
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
    const Split split = best_split(values);
    int as_large = 0;
    for (int i = 0; i < search_.permutations; ++i) {
      for (std::size_t k = values.size(); k > 1; --k) {
        std::swap(values[k - 1], values[random_.below(k)]);
      }
      if (best_split(values).distance >= split.distance * (1 - 1e-12)) ++as_large;
    }
    const double p = (1.0 + as_large) / (1.0 + search_.permutations);
    if (p > search_.level) return std::nullopt;
    return ChangePoint{stretch.begin + split.at, p};
  }

  const std::vector<double>& series_;
  const ChangeSearch search_;
  Random random_;
  std::vector<ChangePoint> found_;
};

}  // namespace

std::vector<ChangePoint> change_points(const std::vector<double>& series,
                                       const ChangeSearch& search) {
  return Search(series, search).run();
}

}  // namespace doorbuster
