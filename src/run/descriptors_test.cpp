#include "run/descriptors.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

namespace doorbuster {
namespace {

class Descriptors : public testing::Test {
 protected:
  Descriptors() { ::getrlimit(RLIMIT_NOFILE, &before_); }
  ~Descriptors() override { ::setrlimit(RLIMIT_NOFILE, &before_); }
  rlim_t soft_limit() const {
    rlimit now{};
    ::getrlimit(RLIMIT_NOFILE, &now);
    return now.rlim_cur;
  }
  rlimit before_{};
};

TEST_F(Descriptors, AreTakenWhereTheSystemLetsThemBe) {
  const rlimit low{40, before_.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &low), 0);
  EXPECT_TRUE(take_descriptors(30).ok());
  EXPECT_EQ(soft_limit(), 40U) << "enough is left as it is";
  EXPECT_TRUE(take_descriptors(100).ok());
  EXPECT_EQ(soft_limit(), 100U);
}

TEST_F(Descriptors, ThatTheSystemDoesNotGiveAreAskedForInOneSentence) {
  if (before_.rlim_max > (1U << 30)) GTEST_SKIP() << "this system gives as many as are asked for";
  const auto hard = static_cast<int>(before_.rlim_max);
  const auto taken = take_descriptors(hard + 1);
  ASSERT_FALSE(taken.ok());
  EXPECT_EQ(taken.error().message(),
            fmt::format("this run needs {} file descriptors and may have {}: raise the limit "
                        "(ulimit -n), or use fewer connections",
                        hard + 1, hard));
}

TEST_F(Descriptors, GrowWithTheConnections) {
  Scenario scenario;
  const int before = descriptors_needed(scenario);
  scenario.stores.redis_connections += 3;
  scenario.stores.postgres_connections += 5;
  EXPECT_EQ(descriptors_needed(scenario), before + 3 + 2 * 5);
}

}  // namespace
}  // namespace doorbuster
