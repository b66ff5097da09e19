#include "run/descriptors.h"

#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>

namespace doorbuster {
namespace {

// The terminal, the ledger, the administrator, the guardian's pipes, results and histories being
// written, and what the libraries take for a moment. Throwaway servers inherit the limit, and
// PostgreSQL does not start with less.
constexpr int kBeside = 64;
constexpr int kOfALoop = 4;      // a poll, a timer, a wake-up, a spare
constexpr int kOfAPostgres = 2;  // libpq's own, and the copy that the loop watches

}  // namespace

int descriptors_needed(const Scenario& scenario) {
  return kBeside + scenario.shards * kOfALoop + scenario.stores.redis_connections +
         scenario.stores.postgres_connections * kOfAPostgres;
}

Result<Done> take_descriptors(int needed) {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return system_error("cannot read RLIMIT_NOFILE");
  const auto wanted = static_cast<rlim_t>(needed);
  if (limit.rlim_cur >= wanted) return Done{};
  if (limit.rlim_max < wanted) {
    return invalid(fmt::format(
        "this run needs {} file descriptors and may have {}: raise the limit (ulimit -n), or use "
        "fewer connections",
        needed, limit.rlim_max));
  }
  limit.rlim_cur = wanted;
  if (::setrlimit(RLIMIT_NOFILE, &limit) != 0) return system_error("cannot raise RLIMIT_NOFILE");
  return Done{};
}

}  // namespace doorbuster
