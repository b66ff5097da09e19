#include "run/complaints.h"

#include <fmt/format.h>

#include <string_view>

#include "postgres/complaint.h"
#include "redis/complaint.h"

namespace doorbuster {

std::vector<std::string> complaints_of(const ErrorCounts& errors) {
  std::vector<std::string> sentences;
  for (const ErrorCount& error : errors.most_frequent_first()) {
    if (error.store == Store::none) continue;
    const bool redis = error.store == Store::redis;
    const std::string_view complaint =
        redis ? complaint_of_redis(error.code) : complaint_of_postgres(error.code);
    if (complaint.empty()) continue;
    sentences.push_back(fmt::format("{} refused {} times: it {}", redis ? "Redis" : "PostgreSQL",
                                    error.count, complaint));
  }
  return sentences;
}

}  // namespace doorbuster
