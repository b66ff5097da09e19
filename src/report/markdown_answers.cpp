#include <fmt/format.h>

#include <algorithm>

#include "report/audit_timeline.h"
#include "report/escape.h"
#include "report/markdown_parts.h"
#include "report/markdown_table.h"

namespace doorbuster {
namespace {

std::string verdict_of(const PropertyResult& property) {
  const std::string verdict(to_string(property.verdict));
  if (!property.expected) return verdict;
  if (property.as_expected) return verdict + ", as expected";
  return fmt::format("**{}**, expected {}", verdict, to_string(*property.expected));
}

// At least to at most: the truth lies between.
std::string age(const StalenessResult& staleness, double p) {
  if (staleness.stale == 0) return "-";
  const auto at = [&](const Distilled& ages) {
    return in_ms(spread({p < 100 ? percentile(ages, p) : highest(ages)}));
  };
  return fmt::format("{} to {}", at(staleness.certain_age), at(staleness.possible_age));
}

std::string share(std::int64_t stale, std::int64_t views) {
  if (views == 0) return "-";
  return in_percent(
      spread({counted_figure(static_cast<double>(stale) / static_cast<double>(views), views)}));
}

std::vector<std::string> staleness_row(const TrialResult& trial) {
  const StalenessResult& of = trial.audit.staleness;
  const auto from_cache =
      std::ranges::find(of.by_source, "cache", &std::pair<std::string, StaleCountResult>::first);
  const StaleCountResult hits =
      from_cache == of.by_source.end() ? StaleCountResult{} : from_cache->second;
  return {markdown_safe(trial.strategy),
          fmt::format("{}", trial.repetition),
          fmt::format("{}", of.views),
          share(of.stale, of.views),
          share(hits.stale, hits.views),
          age(of, 50),
          age(of, 99),
          age(of, 100),
          fmt::format("{}", of.most_versions_behind),
          fmt::format("{}", of.most_units_behind),
          fmt::format("{}", of.shows_stock_when_none),
          fmt::format("{}", of.shows_none_when_stock)};
}

std::string since(const StaleSinceResult& row) {
  return row.below_us ? fmt::format("< {:g} ms", *row.below_us / 1000) : "later";
}

// P(stale) against the time since the last change of stock, a row a trial.
std::string by_time(const RunResult& result) {
  std::vector<std::string> columns = {"strategy", "trial"};
  std::vector<std::vector<std::string>> rows;
  for (const TrialResult& trial : result.trials) {
    const auto& times = trial.audit.staleness.by_time_since_change;
    if (trial.audit.staleness.stale == 0) continue;
    if (rows.empty()) {
      for (const StaleSinceResult& each : times) columns.push_back(since(each));
    }
    std::vector<std::string> row = {markdown_safe(trial.strategy),
                                    fmt::format("{}", trial.repetition)};
    for (const StaleSinceResult& each : times) row.push_back(share(each.stale, each.views));
    row.resize(columns.size());
    rows.push_back(std::move(row));
  }
  if (rows.empty()) return "";
  return "\nShare of stale views in %, by the time since the last change of stock that was surely "
         "done:\n\n" +
         markdown_table(columns, rows, 2);
}

std::string agreement(const StalenessResult& of) {
  return of.agrees_after_s ? fmt::format("after {:.3f} s", *of.agrees_after_s)
                           : markdown_safe(of.agrees_note);
}

// Whether what the run left in the cache healed, a row a trial.
std::string after_the_run(const RunResult& result) {
  std::vector<std::vector<std::string>> rows;
  for (const TrialResult& trial : result.trials) {
    std::string words = agreement(trial.audit.staleness);
    if (words.empty()) continue;
    rows.push_back(
        {markdown_safe(trial.strategy), fmt::format("{}", trial.repetition), std::move(words)});
  }
  if (rows.empty()) return "";
  return "\nOnce everything came to rest, cache and database agreed on every item:\n\n" +
         markdown_table({"strategy", "trial", "agreed"}, rows, 3);
}

}  // namespace

std::string answers_section(const RunResult& result) {
  std::vector<std::vector<std::string>> rows;
  bool judged = false;
  for (const TrialResult& trial : result.trials) {
    for (const PropertyResult& property : trial.audit.properties) {
      judged = judged || property.verdict != Verdict::undecided;
      if (property.verdict != Verdict::broken && property.as_expected) continue;
      rows.push_back({markdown_safe(trial.strategy), fmt::format("{}", trial.repetition),
                      markdown_safe(property.name), verdict_of(property),
                      markdown_safe(property.witness), fmt::format("{}", property.found),
                      fmt::format("{}", property.possible)});
    }
  }
  if (!judged) return "";
  std::string text =
      "\n## Single answers\n\nEach answer, held against the database's own order of changes where "
      "that is known. A "
      "property that is not listed here holds, or could not be decided (result.json says why). "
      "Without an expectation it is a finding, not a failure: a cache is allowed to be stale.\n";
  if (rows.empty()) return text;
  return text + "\n" +
         markdown_table(
             {"strategy", "trial", "property", "verdict", "witness", "surely found", "possible"},
             rows, 5);
}

// A picture of each witness, as text. Words from outside are harmless in a terminal; that no line
// of one ends the block, its two spaces see to.
std::string pictures_section(const RunResult& result) {
  std::string text;
  for (const TrialResult& trial : result.trials) {
    for (const PropertyResult& property : trial.audit.properties) {
      if (!property.surroundings) continue;
      text += fmt::format("\n{}, trial {}, {}:\n\n```\n{}```\n", markdown_safe(trial.strategy),
                          trial.repetition, markdown_safe(property.name),
                          audit_timeline(*property.surroundings));
    }
  }
  if (text.empty()) return "";
  return "\nWhat stood around the witnesses: `*` marks the operations that cannot both be.\n" +
         text;
}

std::string staleness_section(const RunResult& result) {
  std::vector<std::vector<std::string>> rows;
  for (const TrialResult& trial : result.trials) {
    if (trial.audit.staleness.views > 0) rows.push_back(staleness_row(trial));
  }
  if (rows.empty()) {
    const std::string after = after_the_run(result);
    return after.empty() ? "" : "\n## Staleness\n" + after;
  }
  return "\n## Staleness\n\nViews whose state is known. A view's age is at least the time from "
         "when "
         "what it showed was surely overwritten to its start, and at most from when it may have "
         "been overwritten to its end; in ms, of the stale ones.\n\n" +
         markdown_table({"strategy", "trial", "views", "stale %", "of hits %", "age p50", "p99",
                         "max", "versions behind", "units behind", "stock shown, none there",
                         "none shown, stock there"},
                        rows, 2) +
         by_time(result) + after_the_run(result);
}

std::string gates_section(const RunResult& result) {
  std::vector<std::vector<std::string>> rows;
  for (const TrialResult& trial : result.trials) {
    const auto& apart = trial.audit.gate_divergence;
    if (!apart) continue;
    const auto known = [](const std::optional<std::int64_t>& figure) {
      return figure ? fmt::format("{}", *figure) : std::string("-");
    };
    rows.push_back({markdown_safe(trial.strategy), fmt::format("{}", trial.repetition),
                    fmt::format("{}", apart->granted_without_row),
                    fmt::format("{}", apart->rows_without_grant),
                    fmt::format("{}", apart->orders_in_both), known(apart->displaced),
                    known(apart->greatest_displacement),
                    fmt::format("{}", apart->unknown_changes)});
  }
  if (rows.empty()) return "";
  return "\n## Gate and database\n\nTwo logs: the gate's, of units that it granted and got back, "
         "and "
         "the database's, of orders. An order that the gate granted and the database does not have "
         "at the end is leaked, lost or late; one that the database alone has was sold past the "
         "gate, or after its units had been given back. Displaced: of the orders in both, those "
         "whose place by the gate is not that by the database. Changes of the gate of which nobody "
         "was told may explain some of either.\n\n" +
         markdown_table({"strategy", "trial", "at the gate alone", "in the database alone",
                         "in both", "displaced", "by places at most", "changes by nobody known"},
                        rows, 2);
}

std::string unknown_section(const RunResult& result) {
  std::vector<std::vector<std::string>> rows, witnesses;
  for (const TrialResult& trial : result.trials) {
    const auto& of = trial.audit.unknown;
    if (!of || of->attempts == 0) continue;
    const std::string name = markdown_safe(trial.strategy);
    const std::string repetition = fmt::format("{}", trial.repetition);
    rows.push_back({name, repetition, fmt::format("{}", of->attempts), fmt::format("{}", of->sold),
                    fmt::format("{}", of->not_sold), fmt::format("{}", of->duplicates),
                    fmt::format("{}", of->zombies), fmt::format("{}", of->possible_zombies),
                    of->leaked_units ? fmt::format("{}", *of->leaked_units) : "-"});
    for (const UnknownWitnessResult& each : of->witnesses) {
      witnesses.push_back(
          {name, repetition, markdown_safe(each.fate), markdown_safe(each.witness)});
    }
  }
  if (rows.empty()) return "";
  std::string text =
      "\n## Without an answer\n\nAttempts at a purchase whose reply was lost, and what the "
      "database says became of them. Sold: an order stands under the attempt's key. A zombie is an "
      "order that was committed after its buyer had begun to try again: surely, or possibly where "
      "the order of the changes does not tell.\n\n" +
      markdown_table({"strategy", "trial", "attempts", "sold", "not sold", "duplicate orders",
                      "zombies", "possible zombies", "leaked units"},
                     rows, 2);
  if (witnesses.empty()) return text;
  return text + "\n" + markdown_table({"strategy", "trial", "fate", "witness"}, witnesses, 4);
}

}  // namespace doorbuster
