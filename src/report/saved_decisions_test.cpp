// What a decision left as JSON is read back whole.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "report/decision_samples_testing.h"

namespace doorbuster {
namespace {

TEST(SavedDecisions, ReadBackToTheByte) {
  const std::string comparison = to_json(sample_comparison());
  const std::string sweep = to_json(sample_sweep());
  const std::string capacity = to_json(sample_capacity());
  const auto comparison_again = comparison_from_json(comparison);
  const auto sweep_again = sweep_from_json(sweep);
  const auto capacity_again = capacity_from_json(capacity);
  ASSERT_TRUE(comparison_again.ok()) << comparison_again.error().message();
  ASSERT_TRUE(sweep_again.ok()) << sweep_again.error().message();
  ASSERT_TRUE(capacity_again.ok()) << capacity_again.error().message();
  EXPECT_EQ(to_json(*comparison_again), comparison);
  EXPECT_EQ(to_json(*sweep_again), sweep);
  EXPECT_EQ(to_json(*capacity_again), capacity);
}

TEST(SavedDecisions, OfAnotherKindAreRefusedInOneSentence) {
  const auto refused = comparison_from_json(to_json(sample_capacity()));
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().message(),
            "this is no result that can be read: it is \"doorbuster.capacity/1\", and this program "
            "reads \"doorbuster.comparison/1\"");
  EXPECT_FALSE(sweep_from_json(R"({"schema": "doorbuster.sweep/1", "verdict": "holds"})").ok())
      << "it has no conclusion";
}

}  // namespace
}  // namespace doorbuster
