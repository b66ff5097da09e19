#include "redis/complaint.h"

#include <array>
#include <utility>

namespace doorbuster {
namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 5> kComplaintsOfRedis = {{
    {"READONLY", "is a read-only replica (READONLY): name its primary"},
    {"OOM",
     "is out of memory (OOM): raise its maxmemory, or give it a maxmemory-policy that evicts"},
    {"MISCONF",
     "cannot save to its disk and therefore takes no writes (MISCONF): make room there, or turn "
     "stop-writes-on-bgsave-error off"},
    {"MASTERDOWN", "is a replica that has lost its primary (MASTERDOWN): name the primary"},
    {"NOPERM", "does not let this user in to the keys doorbuster:* (NOPERM): give him the right"},
}};

}  // namespace

std::string_view complaint_of_redis(std::string_view word) {
  for (const auto& [known, complaint] : kComplaintsOfRedis) {
    if (known == word) return complaint;
  }
  return {};
}

}  // namespace doorbuster
