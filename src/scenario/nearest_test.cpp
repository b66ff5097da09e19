#include "scenario/nearest.h"

#include <gtest/gtest.h>

namespace doorbuster {
namespace {

TEST(Nearest, CountsEditsAndSwapsOfNeighbours) {
  EXPECT_EQ(edit_distance("", ""), 0u);
  EXPECT_EQ(edit_distance("rate", "rate"), 0u);
  EXPECT_EQ(edit_distance("rate", "rat"), 1u);
  EXPECT_EQ(edit_distance("rate", "raet"), 1u);
  EXPECT_EQ(edit_distance("rate", "gates"), 2u);
  EXPECT_EQ(edit_distance("", "abc"), 3u);
}

TEST(Nearest, ProposesWhatWasMeantAndNothingElse) {
  const std::vector<std::string> keys = {
      "load.duration", "load.rate", "load.decay", "warmup.duration", "shop.stock", "seed", "load"};
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"load.durration", "load.duration"},
      {"warmup.durration", "warmup.duration"},
      {"laod.rate", "load.rate"},
      {"stock", "shop.stock"},
      {"lod", "load"},
      {"sed", "seed"},
  };
  for (const auto& [word, key] : cases) EXPECT_EQ(nearest(word, keys), key) << word;
  for (const std::string_view word : {"", "load.colour", "x", "completely.different"}) {
    EXPECT_EQ(nearest(word, keys), std::nullopt) << word;
  }
  EXPECT_EQ(nearest(std::string(100'000, 'a'), keys), std::nullopt);
}

}  // namespace
}  // namespace doorbuster
