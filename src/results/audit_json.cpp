#include "results/audit_json.h"

#include <fmt/format.h>

#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include "base/utf8.h"

namespace doorbuster {
namespace {

namespace json = boost::json;

std::string_view explanation(const PropertyFinding& finding) {
  if (!finding.violations.empty()) return finding.violations.front().sentence;
  return finding.undecided;
}

json::object property(const PropertyFinding& finding) {
  json::array operations;
  if (!finding.violations.empty()) {
    for (const OperationId op : finding.violations.front().operations) {
      operations.emplace_back(static_cast<std::uint32_t>(op));
    }
  }
  return {{"name", finding.name},
          {"verdict", std::string(to_string(finding.verdict))},
          {"found", finding.found},
          {"possible", finding.possible},
          {"operations", std::move(operations)},
          {"explanation", valid_utf8(explanation(finding))}};
}

json::object count(const StaleCount& count) {
  return {{"views", count.views}, {"stale", count.stale}};
}

json::object ages(const Histogram& ages) {
  return {{"p50_us", to_micros(ages.percentile(50))},
          {"p99_us", to_micros(ages.percentile(99))},
          {"max_us", to_micros(ages.max())}};
}

json::object staleness(const Staleness& staleness) {
  json::object by_source;
  for (std::size_t i = 0; i < staleness.by_source.size(); ++i) {
    const std::string_view name = to_string(static_cast<AnswerSource>(i));
    by_source[name.empty() ? "unnamed" : std::string(name)] = count(staleness.by_source[i]);
  }
  json::array by_time;
  for (std::size_t i = 0; i < Staleness::kLimits.size(); ++i) {
    json::object bucket = count(staleness.by_time_since_change[i]);
    const bool last = i + 1 == Staleness::kLimits.size();
    bucket["below_us"] =
        last ? json::value(nullptr) : json::value(to_micros(Staleness::kLimits[i]));
    by_time.push_back(std::move(bucket));
  }
  json::object made = count(staleness.all);
  made["certain_age"] = ages(staleness.certain_age);
  made["possible_age"] = ages(staleness.possible_age);
  made["most_versions_behind"] = staleness.most_versions_behind;
  made["most_units_behind"] = staleness.most_units_behind;
  made["shows_stock_when_none"] = staleness.shows_stock_when_none;
  made["shows_none_when_stock"] = staleness.shows_none_when_stock;
  made["by_source"] = std::move(by_source);
  made["by_time_since_change"] = std::move(by_time);
  return made;
}

json::value divergence(const std::optional<GateDivergence>& apart) {
  const auto known = [](const std::optional<std::int64_t>& figure) {
    return figure ? json::value(*figure) : json::value(nullptr);
  };
  if (!apart) return nullptr;
  return json::object{{"granted_without_row", apart->granted_without_row},
                      {"rows_without_grant", apart->rows_without_grant},
                      {"unknown_changes", apart->unknown_changes},
                      {"orders_in_both", apart->orders_in_both},
                      {"displaced", known(apart->displaced)},
                      {"greatest_displacement", known(apart->greatest_displacement)}};
}

json::array faults(const std::vector<HistoryFault>& faults) {
  json::array made;
  for (const HistoryFault& fault : faults) {
    const auto seconds = [&](Instant at) {
      return at == kNever ? json::value(nullptr) : json::value(to_seconds(since_start(at)));
    };
    made.push_back({{"kind", fault.kind},
                    {"operation", fault.operation},
                    {"from_s", seconds(fault.from)},
                    {"until_s", seconds(fault.until)}});
  }
  return made;
}

json::value unknown(const std::optional<UnknownOutcomes>& outcomes) {
  if (!outcomes) return nullptr;
  json::array named;
  for (const UnknownOutcomes::Witness& each : outcomes->named) {
    named.push_back(
        {{"fate", std::string(to_string(each.fate))},
         {"op", static_cast<std::uint32_t>(each.op)},
         {"buyer", number(each.buyer)},
         {"key", number(each.key)},
         {"item", number(each.item)},
         {"version", each.version == kNoVersion ? json::value(nullptr) : json::value(each.version)},
         {"witness", each.sentence}});
  }
  return json::object{{"attempts", outcomes->attempts},
                      {"sold", outcomes->sold},
                      {"not_sold", outcomes->not_sold},
                      {"duplicates", outcomes->duplicates},
                      {"zombies", outcomes->zombies},
                      {"possible_zombies", outcomes->possible_zombies},
                      {"leaked_units", outcomes->leaked_units ? json::value(*outcomes->leaked_units)
                                                              : json::value(nullptr)},
                      {"witnesses", std::move(named)}};
}

json::value micros(const std::optional<Duration>& duration) {
  return duration ? json::value(to_micros(*duration)) : json::value(nullptr);
}

}  // namespace

std::string audit_json(const HistoryVerdict& verdict, std::string_view trial,
                       const HistoryGaps& gaps) {
  json::array properties;
  for (const PropertyFinding& finding : verdict.findings) properties.push_back(property(finding));
  json::object made = {{"schema", std::string(kAuditSchema)},
                       {"verdict", std::string(to_string(verdict.verdict))},
                       {"properties", std::move(properties)},
                       {"operations", verdict.operations},
                       {"faults", faults(verdict.faults)},
                       {"staleness", staleness(verdict.staleness)},
                       {"gate_divergence", divergence(verdict.divergence)},
                       {"unknown", unknown(verdict.unknown)},
                       {"power", json::object{{"operation_p50_us", micros(verdict.power.operation)},
                                              {"commit_gap_p50_us", micros(verdict.power.gap)}}}};
  if (!trial.empty()) {
    made["trial"] = valid_utf8(trial);
    made["missing"] = {{"purchases", gaps.purchases}, {"views", gaps.views}};
  }
  if (!gaps.not_judged.empty()) {
    made["not_judged"] = valid_utf8(gaps.not_judged);
    made["staleness"] = nullptr;
    made["power"] = nullptr;
  }
  return json::serialize(made) + "\n";
}

}  // namespace doorbuster
