// What many parts of a result are made of: named facts, and a distribution of durations. Plain
// values.
#pragma once

#include <boost/describe/class.hpp>
#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace doorbuster {

// A named fact that no schema can foresee: a setting of a server, a resolved key of a scenario.
using Fact = std::variant<bool, std::int64_t, double, std::string>;
// An object whose keys no schema can foresee, in the order written.
template <class T>
using Named = std::vector<std::pair<std::string, T>>;
using Facts = Named<Fact>;

// A distribution of durations. `count` says how much its percentiles are worth.
struct Distilled {
  std::int64_t count = 0;
  double mean_us = 0;
  double p50_us = 0;
  double p90_us = 0;
  double p99_us = 0;
  double p999_us = 0;
  double max_us = 0;
  std::string histogram;  // HdrHistogram's V2 compressed format, base64, values in nanoseconds
};
BOOST_DESCRIBE_STRUCT(Distilled, (),
                      (count, mean_us, p50_us, p90_us, p99_us, p999_us, max_us, histogram))

}  // namespace doorbuster
