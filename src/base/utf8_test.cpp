#include "base/utf8.h"

#include <gtest/gtest.h>

namespace doorbuster {
namespace {

TEST(Utf8, ACharacterIsOneToFourBytesAndNothingElse) {
  const struct {
    std::string_view text;
    char32_t point;
    std::size_t length;
  } cases[] = {
      {"a", 'a', 1},
      {"\xC3\xA9x", 0xE9, 2},
      {"\xE2\x82\xAC", 0x20AC, 3},
      {"\xF0\x9F\x98\x80", 0x1F600, 4},
      {"\xF4\x8F\xBF\xBF", 0x10FFFF, 4},
      {"\x80", 0, 0},
      {"\xC0\x80", 0, 0},
      {"\xE0\x9F\xBF", 0, 0},
      {"\xF0\x8F\xBF\xBF", 0, 0},
      {"\xED\xA0\x80", 0, 0},
      {"\xF4\x90\x80\x80", 0, 0},
      {"\xE2\x82", 0, 0},
      {"\xE2\x28\xA1", 0, 0},
      {"\xFF", 0, 0},
  };
  for (const auto& each : cases) {
    const Utf8Character first = first_character(each.text);
    EXPECT_EQ(first.length, each.length) << each.text;
    if (each.length > 0) {
      EXPECT_EQ(first.point, each.point) << each.text;
    }
  }
}

TEST(Utf8, WhatIsNoneIsReplacedByteByByte) {
  EXPECT_EQ(valid_utf8("a\xFF\xE2\x82z"), "a\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBDz");
  EXPECT_EQ(valid_utf8("caf\xC3\xA9"), "caf\xC3\xA9");
}

TEST(Utf8, ControlsAndMarksOfDirectionSteerATerminalAndLettersDoNot) {
  for (const char32_t point : {0x1BU, 0x0AU, 0x7FU, 0x9BU, 0x200BU, 0x202EU, 0x2066U, 0xFEFFU}) {
    EXPECT_TRUE(steers_terminal(point)) << static_cast<std::uint32_t>(point);
  }
  for (const char32_t point : {0x20U, 0x41U, 0xA0U, 0xE9U, 0x20ACU, 0x1F600U}) {
    EXPECT_FALSE(steers_terminal(point)) << static_cast<std::uint32_t>(point);
  }
}

}  // namespace
}  // namespace doorbuster
