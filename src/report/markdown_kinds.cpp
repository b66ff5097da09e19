// Who got the units, where the scenario has several kinds of buyers.
#include <fmt/format.h>

#include "report/escape.h"
#include "report/markdown_parts.h"
#include "report/markdown_table.h"

namespace doorbuster {
namespace {

std::vector<std::string> kind_row(const TrialResult& trial, const KindResult& kind) {
  const CountsResult& c = kind.counts;
  std::vector<std::string> row{markdown_safe(trial.strategy), fmt::format("{}", trial.repetition),
                               markdown_safe(kind.name)};
  const auto add = [&row](std::int64_t count) { row.push_back(fmt::format("{}", count)); };
  add(c.sessions);
  add(c.arrived);
  row.push_back(in_percent(spread({counted_figure(kind.arrived_share, c.arrived)})));
  add(kind.units);
  row.push_back(in_percent(spread({counted_figure(kind.units_share, kind.units)})));
  for (const std::int64_t count : {c.sold, c.sold_out, c.refused,
                                   c.declined + c.expired + c.abandoned + c.deterred + c.dropped,
                                   c.failed + c.unknown, c.attempts}) {
    add(count);
  }
  row.push_back(in_ms(spread({percentile(kind.buy, 50)})));
  row.push_back(in_ms(spread({percentile(kind.buy, 99)})));
  return row;
}

}  // namespace

std::string kinds_section(const RunResult& result) {
  std::vector<std::vector<std::string>> rows;
  std::vector<std::vector<std::string>> order;
  for (const TrialResult& trial : result.trials) {
    if (trial.kinds.empty()) continue;
    for (const KindResult& kind : trial.kinds) rows.push_back(kind_row(trial, kind));
    const auto& fairness = trial.fairness;
    order.push_back(
        {markdown_safe(trial.strategy), fmt::format("{}", trial.repetition),
         plain(spread({counted_figure(fairness.first_come_first_served, fairness.pairs)})),
         fmt::format("{}", fairness.pairs)});
  }
  if (rows.empty()) return "";
  return "\n## Who got the units\n\nBy kind of buyers; shares are of all purchases and of all "
         "units.\n\n" +
         markdown_table({"strategy", "trial", "kind", "sessions", "purchases", "%", "units", "%",
                         "sold", "sold out", "refused", "unpaid or never tried",
                         "failed or unknown", "attempts", "buy p50 ms", "buy p99 ms"},
                        rows, 3) +
         "\nFirst come, first served: of all pairs of purchases of the same product, one sold and "
         "one refused, the share in which the one that was sold was asked for first. 1: strictly; "
         "0.5: as by lot.\n\n" +
         markdown_table({"strategy", "trial", "first come, first served", "pairs"}, order, 2);
}

}  // namespace doorbuster
