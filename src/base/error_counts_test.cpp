#include "base/error_counts.h"

#include <gtest/gtest.h>

#include <string>

namespace doorbuster {
namespace {

Error lost(std::string code) {
  return Error(Store::postgres, Cause::connection_lost, false, std::move(code), "gone");
}

TEST(ErrorCounts, CountsByStoreCauseAndCode) {
  ErrorCounts errors;
  errors.add(Error(Store::redis, Cause::timed_out, false, "", "no answer in 1 s"));
  errors.add(lost("08006"));
  errors.add(lost("08006"));
  errors.add(lost("57P01"));
  const std::vector<ErrorCount> expected = {{Store::postgres, Cause::connection_lost, "08006", 2},
                                            {Store::redis, Cause::timed_out, "", 1},
                                            {Store::postgres, Cause::connection_lost, "57P01", 1}};
  EXPECT_EQ(errors.most_frequent_first(), expected);
  EXPECT_EQ(errors.total(), 4);
}

TEST(ErrorCounts, MergingAddsLikeToLike) {
  ErrorCounts one;
  one.add(lost("08006"));
  ErrorCounts two;
  two.add(lost("08006"));
  two.add(lost("57P01"));
  one.merge(two);
  EXPECT_EQ(one.most_frequent_first().front().count, 2);
  EXPECT_EQ(one.total(), 3);
}

TEST(ErrorCounts, AServerThatInventsCodesDoesNotFillTheMemory) {
  ErrorCounts errors;
  for (int i = 0; i < 1000; ++i) errors.add(lost(std::to_string(i)));
  const ErrorCounts another_shard = errors;
  errors.merge(another_shard);
  const auto rows = errors.most_frequent_first();
  EXPECT_EQ(rows.size(), ErrorCounts::kMost + 1);
  EXPECT_EQ(rows.back().code, "other");
  EXPECT_EQ(errors.total(), 2000);
}

}  // namespace
}  // namespace doorbuster
