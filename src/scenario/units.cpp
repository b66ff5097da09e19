#include "scenario/units.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace doorbuster {
namespace {

struct Unit {
  std::string_view name;
  std::int64_t nanoseconds;
};
constexpr std::array<Unit, 6> kUnits = {{{"h", 3'600'000'000'000},
                                         {"m", 60'000'000'000},
                                         {"s", 1'000'000'000},
                                         {"ms", 1'000'000},
                                         {"us", 1'000},
                                         {"ns", 1}}};
constexpr double kMostNanoseconds = 1e18;  // nanoseconds

bool is_digit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

std::optional<Duration> parse_duration(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  if (text.empty()) return std::nullopt;
  double sum = 0;
  std::int64_t last_unit = kUnits[0].nanoseconds + 1;
  while (!text.empty()) {
    if (!is_digit(text[0])) return std::nullopt;
    double amount = 0;
    const auto [end, error] =
        std::from_chars(text.data(), text.data() + text.size(), amount, std::chars_format::fixed);
    if (error == std::errc::result_out_of_range) amount = kMostNanoseconds;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    const std::size_t length = std::min(
        static_cast<std::size_t>(std::find_if(text.begin(), text.end(), is_digit) - text.begin()),
        text.size());
    const auto unit = std::find_if(kUnits.begin(), kUnits.end(),
                                   [&](const Unit& u) { return u.name == text.substr(0, length); });
    if (unit == kUnits.end() || unit->nanoseconds >= last_unit) return std::nullopt;
    last_unit = unit->nanoseconds;
    sum = std::min(kMostNanoseconds, sum + amount * static_cast<double>(unit->nanoseconds));
    text.remove_prefix(length);
  }
  return Duration(std::llround(negative ? -sum : sum));
}

std::string format_duration(Duration duration) {
  const std::int64_t total = duration.count();
  if (total == 0) return "0s";
  const std::string sign = total < 0 ? "-" : "";
  const std::int64_t size = std::abs(total);
  for (const Unit& unit : kUnits) {
    // Hours and minutes only where they are whole, else three decimals, which nanoseconds divide.
    const bool coarse = unit.nanoseconds > 1'000'000'000;
    const std::int64_t step =
        coarse ? unit.nanoseconds : std::max<std::int64_t>(unit.nanoseconds / 1000, 1);
    if (size < unit.nanoseconds || size % step != 0) continue;
    std::string text = fmt::format("{}{}", sign, size / unit.nanoseconds);
    const std::int64_t rest = size % unit.nanoseconds / step;
    if (rest != 0) {
      text += fmt::format(".{:03}", rest);
      while (text.back() == '0') text.pop_back();
    }
    return text + std::string(unit.name);
  }
  return fmt::format("{}ns", total);
}

}  // namespace doorbuster
