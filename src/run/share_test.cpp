#include "run/share.h"

#include <gtest/gtest.h>

namespace doorbuster {
namespace {

TEST(Share, PartsAddUpAndDifferByOneAtMost) {
  for (int total : {0, 1, 2, 7, 16, 1000}) {
    for (int shards : {1, 2, 3, 16}) {
      int sum = 0;
      for (int i = 0; i < shards; ++i) {
        const int part = share_of(total, i, shards);
        EXPECT_GE(part, total / shards);
        EXPECT_LE(part, total / shards + 1);
        EXPECT_LE(part, share_of(total, 0, shards)) << "the first ones have the remainder";
        sum += part;
      }
      EXPECT_EQ(sum, total) << total << " over " << shards;
    }
  }
}

}  // namespace
}  // namespace doorbuster
