// What is special to one strategy, by name: how long its relay lagged, how many promises it lost. A
// strategy records what its buyers never see; reports print the names as they are. One object a
// shard, used by the shard's thread alone; merged after the run. A name is a few words in
// snake_case, the same on every shard, and says what is counted or timed.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "base/time.h"
#include "measure/histogram.h"

namespace doorbuster {

class StrategyFigures {
 public:
  // The first call of a name allocates some 40 KiB; the others take a map look-up and nanoseconds.
  void took(std::string_view name, Duration time) { at(times_, name).record(time); }
  // With n = 0: the count is reported though nothing happened.
  void count(std::string_view name, std::int64_t n = 1) { at(counts_, name) += n; }

  void merge(const StrategyFigures& other) {
    for (const auto& [name, histogram] : other.times_) at(times_, name).merge(histogram);
    for (const auto& [name, n] : other.counts_) at(counts_, name) += n;
  }

  const auto& times() const { return times_; }    // name to histogram, by name
  const auto& counts() const { return counts_; }  // name to number, by name

 private:
  template <class Map>
  static typename Map::mapped_type& at(Map& map, std::string_view name) {
    const auto found = map.find(name);
    return found != map.end() ? found->second : map[std::string(name)];
  }

  std::map<std::string, Histogram, std::less<>> times_;
  std::map<std::string, std::int64_t, std::less<>> counts_;
};

}  // namespace doorbuster
