#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>

#include "scenario/nearest.h"
#include "scenario/sections.h"
#include "scenario/units.h"

namespace doorbuster {
namespace {

using Comparison = Threshold::Comparison;

struct Operator {
  std::string_view text;
  Comparison comparison;
};
// The longer first, so that "<=" is not read as "<".
constexpr std::array<Operator, 5> kOperators = {{{"<=", Comparison::less_equal},
                                                 {">=", Comparison::greater_equal},
                                                 {"==", Comparison::equal},
                                                 {"<", Comparison::less},
                                                 {">", Comparison::greater}}};

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

const MetricWord* find_metric(const Vocabulary& vocabulary, std::string_view name) {
  for (const MetricWord& metric : vocabulary.metrics) {
    if (metric.name == name) return &metric;
  }
  return nullptr;
}

// The unit that may be said or left out.
std::string_view own_unit(MetricKind kind) {
  return kind == MetricKind::share ? "%" : kind == MetricKind::rate ? "/s" : "";
}

// "50ms", "500/s", "1%" into value and unit; a sentence where it is none.
std::string read_amount(std::string_view text, const MetricWord& metric, Threshold& threshold) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || !std::isfinite(number) || number < 0) {
    return fmt::format("\"{}\" is not a number of at least 0", printable(text));
  }
  const std::string_view unit = trimmed(text.substr(static_cast<std::size_t>(end - text.data())));
  threshold.unit = std::string(unit);
  if (metric.kind == MetricKind::time) {
    const std::optional<Duration> time = parse_duration(fmt::format("{:f}{}", number, unit));
    if (!time || unit.empty()) {
      return fmt::format("{} is a time and needs a unit, such as {} ms", metric.name, number);
    }
    threshold.value = to_micros(*time);
    // "1m30s": what was measured is shown in one unit.
    const bool of_several = unit.find_first_of("0123456789") != std::string_view::npos;
    threshold.unit = std::string(of_several ? std::string_view("s") : unit);
    return "";
  }
  const std::string_view own = own_unit(metric.kind);
  if (!unit.empty() && unit != own) {
    return fmt::format("{} takes no unit{}, not \"{}\"", metric.name,
                       own.empty() ? "" : fmt::format(" or \"{}\"", own), printable(unit));
  }
  threshold.value = unit == "%" ? number / 100 : number;
  return "";
}

// A sentence where the expression is none.
std::string read_expression(const Vocabulary& vocabulary, Threshold& threshold) {
  const std::string_view text = threshold.expression;
  const std::size_t at = text.find_first_of("<>=");
  if (at == std::string_view::npos) {
    return "a comparison is needed, such as \"buy.p99 < 50ms\"";
  }
  std::string_view rest = text.substr(at);
  const Operator* found = nullptr;
  for (const Operator& each : kOperators) {
    if (found == nullptr && rest.starts_with(each.text)) found = &each;
  }
  if (found == nullptr) return "the comparisons are <, <=, >, >= and ==";
  rest.remove_prefix(found->text.size());
  threshold.comparison = found->comparison;
  threshold.metric = std::string(trimmed(text.substr(0, at)));
  const MetricWord* metric = find_metric(vocabulary, threshold.metric);
  if (metric == nullptr) {
    std::vector<std::string> known;
    for (const MetricWord& each : vocabulary.metrics) known.push_back(each.name);
    return fmt::format("unknown metric {}{}", printable(threshold.metric),
                       did_you_mean(threshold.metric, known));
  }
  return read_amount(trimmed(rest), *metric, threshold);
}

}  // namespace

std::vector<Threshold> read_thresholds(Reader& in, const Vocabulary& vocabulary) {
  std::vector<Threshold> thresholds;
  for (int i = 1; i <= in.size_of_list("thresholds"); ++i) {
    const std::string prefix = fmt::format("thresholds[{}].", i);
    Threshold threshold;
    threshold.strategies = in.names(prefix + "strategies");
    threshold.abort = in.flag(prefix + "abort");
    for (const std::string& name : threshold.strategies) {
      check_strategy(in, prefix + "strategies", name, vocabulary);
    }
    if (!in.given(prefix + "expression")) {
      in.complain(prefix + "expression",
                  fmt::format("{}expression is missing, such as \"buy.p99 < 50ms\"", prefix));
      continue;
    }
    threshold.expression = in.text(prefix + "expression");
    if (!in.sound(prefix + "expression")) continue;
    const std::string wrong = read_expression(vocabulary, threshold);
    if (!wrong.empty()) {
      in.refuse(prefix + "expression", wrong);
    } else if (threshold.abort && find_metric(vocabulary, threshold.metric)->audited) {
      in.refuse(prefix + "abort",
                fmt::format("{} is known only when the trial is over, and cannot end it early: "
                            "leave abort out, or choose a metric of what buyers see, such as "
                            "failed_share",
                            threshold.metric));
    }
    thresholds.push_back(std::move(threshold));
  }
  return thresholds;
}

}  // namespace doorbuster
