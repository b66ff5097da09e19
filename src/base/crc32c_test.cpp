#include "base/crc32c.h"

#include <gtest/gtest.h>

#include <string>

#include "base/random.h"

namespace doorbuster {
namespace {

std::string rising() {
  std::string bytes;
  for (int i = 0; i < 32; ++i) bytes += static_cast<char>(i);
  return bytes;
}

// RFC 3720, appendix B.4, and the polynomial's catalogue for "123456789".
TEST(Crc32c, IsThatOfTheStandard) {
  EXPECT_EQ(crc32c(""), 0U);
  EXPECT_EQ(crc32c("123456789"), 0xE3069283U);
  EXPECT_EQ(crc32c(std::string(32, '\0')), 0x8A9136AAU);
  EXPECT_EQ(crc32c(std::string(32, '\xFF')), 0x62A8AB43U);
  EXPECT_EQ(crc32c(rising()), 0x46DD794EU);
}

TEST(Crc32c, IsTheSameByTheInstructionAndByTheTables) {
  Random random(1);
  std::string bytes;
  for (int length = 0; length < 300; ++length) {
    EXPECT_EQ(crc32c(bytes), crc32c_by_tables(bytes)) << length;
    bytes += static_cast<char>(random.below(256));
  }
}

TEST(Crc32c, EveryFlippedBitChangesIt) {
  std::string bytes = rising();
  const std::uint32_t before = crc32c(bytes);
  for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    const auto flip = static_cast<char>(1 << (bit % 8));
    bytes[bit / 8] ^= flip;
    EXPECT_NE(crc32c(bytes), before) << bit;
    bytes[bit / 8] ^= flip;
  }
}

}  // namespace
}  // namespace doorbuster
