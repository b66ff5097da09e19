#include "base/big_endian.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <limits>
#include <string_view>

namespace doorbuster {
namespace {

using std::string_view_literals::operator""sv;

template <class Number>
void expect_bytes(Number number, std::string_view bytes) {
  std::array<char, 1 + sizeof(Number)> room{};  // one in front: no alignment is asked for
  char* const at = room.data() + 1;
  EXPECT_EQ(put_big_endian(at, number), at + bytes.size());
  EXPECT_EQ(std::string_view(at, sizeof(Number)), bytes) << number;
  EXPECT_EQ(big_endian_at<Number>(at), number);
}

TEST(BigEndian, TheHighestByteComesFirstWhateverTheWidthAndTheSign) {
  expect_bytes(std::uint16_t{0x0102}, "\x01\x02"sv);
  expect_bytes(std::uint32_t{0x01020304}, "\x01\x02\x03\x04"sv);
  expect_bytes(std::int32_t{-2}, "\xff\xff\xff\xfe"sv);
  expect_bytes(std::int64_t{0x0102030405060708}, "\x01\x02\x03\x04\x05\x06\x07\x08"sv);
  expect_bytes(std::numeric_limits<std::int64_t>::min(), "\x80\0\0\0\0\0\0\0"sv);
}

}  // namespace
}  // namespace doorbuster
