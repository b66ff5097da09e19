#include "scenario/units.h"

#include <gtest/gtest.h>

namespace doorbuster {
namespace {

TEST(Units, ReadDurationsAsPeopleWriteThem) {
  const std::pair<std::string_view, Duration> cases[] = {
      {"10s", 10s},  {"0.5ms", 500us}, {"100us", 100us},         {"2m", 120s},
      {"1h", 3600s}, {"250ns", 250ns}, {"1m30s", 90s},           {"1s500ms", 1500ms},
      {"0s", 0s},    {"-5s", -5s},     {"1.000001s", 1000001us}, {"007s", 7s},
  };
  for (const auto& [text, duration] : cases) {
    EXPECT_EQ(parse_duration(text), duration) << text;
  }
}

TEST(Units, RefuseWhatIsNoDuration) {
  for (const std::string_view text :
       {"", "-", "10", "s", "10 s", "10x", "10sec", "1s1m", "1s1s", "inf", "nans", "0x10s", "1e3s",
        "+5s", "10s ", "--5s", "1..5s", ".s"}) {
    EXPECT_EQ(parse_duration(text), std::nullopt) << text;
  }
}

TEST(Units, CutWhatNoClockCanHold) {
  EXPECT_GT(parse_duration("999999999999999999999999h").value(), Duration(24h));
  EXPECT_GT(parse_duration(std::string(400, '9') + "s").value(), Duration(24h));
}

TEST(Units, WriteWhatTheyReadBack) {
  const std::pair<Duration, std::string_view> cases[] = {
      {0s, "0s"},
      {90s, "90s"},
      {120s, "2m"},
      {7200s, "2h"},
      {1500ms, "1.5s"},
      {100us, "100us"},
      {1234567ns, "1234.567us"},
      {10ms, "10ms"},
      {1ns, "1ns"},
      {-5s, "-5s"},
      {1000001us, "1000.001ms"},
  };
  for (const auto& [duration, text] : cases) {
    EXPECT_EQ(format_duration(duration), text);
    EXPECT_EQ(parse_duration(text), duration);
  }
}

}  // namespace
}  // namespace doorbuster
