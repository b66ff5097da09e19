#include "decide/words.h"

#include <fmt/format.h>

#include <cmath>

namespace doorbuster {
namespace {

std::string three_digits(double value) {
  const double size = std::abs(value);
  if (size >= 100) return fmt::format("{:.0f}", value);
  if (size >= 10) return fmt::format("{:.1f}", value);
  if (size >= 1) return fmt::format("{:.2f}", value);
  return fmt::format("{:.3f}", value);
}

}  // namespace

std::string with_unit(double value, std::string_view unit) {
  if (unit == "us") return fmt::format("{} ms", three_digits(value / 1e3));
  if (unit == "ratio") return fmt::format("{:.1f} %", 100 * value);
  if (unit.empty()) return three_digits(value);
  return fmt::format("{} {}", three_digits(value), unit);
}

std::string change_in_words(const PercentChange& change, double level) {
  if (!change.percent) return "changed from nothing";
  const double size = std::abs(*change.percent);
  std::string words =
      size < 0.05 ? "the same to 0.1 %"
                  : fmt::format("{:.1f} % {}", size, *change.percent < 0 ? "lower" : "higher");
  if (change.low && change.high) {
    words += fmt::format(" ({:.4g} % interval {:+.1f} to {:+.1f} %)", 100 * level, *change.low,
                         *change.high);
  } else {
    words += " (with so few runs no interval bounds it)";
  }
  return words;
}

std::string counted(std::size_t number, std::string_view one, std::string_view several) {
  return fmt::format("{} {}", number, number == 1 ? one : several);
}

PercentChange percent_of(double value, const Bounds& interval, double of) {
  if (of == 0) return {};
  const auto percent = [of](double part) -> std::optional<double> {
    if (!std::isfinite(part)) return std::nullopt;
    return 100 * part / of;
  };
  return {percent(value), percent(interval.low), percent(interval.high)};
}

}  // namespace doorbuster
