#include "run/environment.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace doorbuster {
namespace {

EnvironmentInfo redis_with(std::string maxmemory, std::string policy) {
  EnvironmentInfo environment;
  environment.redis.settings = {{"maxmemory", std::move(maxmemory)},
                                {"maxmemory-policy", std::move(policy)}};
  return environment;
}

TEST(Environment, ARedisThatMayEvictKeysIsWarnedOf) {
  for (const char* policy : {"allkeys-lru", "allkeys-random", "volatile-ttl"}) {
    EXPECT_THAT(warnings_of(redis_with("104857600", policy)),
                testing::ElementsAre(testing::HasSubstr(policy)));
    EXPECT_THAT(warnings_of(redis_with("0", policy)), testing::IsEmpty()) << "it has no limit";
  }
  EXPECT_THAT(warnings_of(redis_with("104857600", "noeviction")), testing::IsEmpty());
  EXPECT_THAT(warnings_of(EnvironmentInfo{}), testing::IsEmpty()) << "CONFIG is forbidden";
}

}  // namespace
}  // namespace doorbuster
