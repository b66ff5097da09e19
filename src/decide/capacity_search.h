// The highest load that keeps its promises: growth until it does not, bisection, then confirmation
// of both ends, for a run near the limit may go either way. Every rate is judged by the majority of
// its runs. Pure: it says at which rate to run next, and is told how that went.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace doorbuster {

enum class LoadAnswer : unsigned char {
  keeps,      // audit and thresholds hold
  breaks,     // one of them does not
  saturated,  // the harness, not the shop, was at its limit: no more can be said of the shop
};

struct CapacityProbe {
  double rate = 0;
  LoadAnswer answer = LoadAnswer::keeps;
  std::string why;  // of what broke, or saturated
};

struct CapacityLimits {
  double from = 0;         // the first rate. REQUIRES: > 0
  double growth = 2;       // from one rate to the next, until one breaks
  double precision = 0.1;  // of the end: the higher end over the lower one, less 1
  int confirmations = 2;   // runs that must agree at either end
  double highest = 1e7;    // rates beyond are not tried
  double lowest = 1e-1;
  std::size_t most_probes = 60;
};

class CapacitySearch {
 public:
  explicit CapacitySearch(const CapacityLimits& limits) : limits_(limits) {}

  // Nothing: it is over.
  std::optional<double> next() const;
  void told(const CapacityProbe& probe);

  // The highest rate that keeps them, below every one that does not; nothing: none did.
  std::optional<double> kept() const;
  // The lowest that does not; nothing: none was found.
  std::optional<double> broken() const;
  // Both ends are confirmed and as near as asked for.
  bool settled() const;
  const std::vector<CapacityProbe>& probes() const { return probes_; }
  // Why the lowest broken rate broke, by its first run that did.
  const CapacityProbe* limit() const;

 private:
  struct Votes {
    int keeps = 0;
    int breaks = 0;
  };
  bool is_near(double kept, double broken) const;

  CapacityLimits limits_;
  std::map<double, Votes> votes_;
  std::vector<CapacityProbe> probes_;
};

}  // namespace doorbuster
