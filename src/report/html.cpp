#include "report/html.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "report/escape.h"
#include "report/html_charts.h"
#include "report/html_figures.h"
#include "report/html_page.h"
#include "report/html_text.h"
#include "report/html_witness.h"
#include "report/markdown_parts.h"
#include "report/markdown_table.h"

namespace doorbuster {
namespace {

// A list of many, folded between its first ones and its last, which says what servers these were.
std::string folded(const std::string& list) {
  constexpr int kShown = 5;
  std::size_t begin = 0;
  for (int i = 0; i < kShown && begin != list.npos; ++i) begin = list.find("\n- ", begin + 1);
  const std::size_t end = list.rfind("\n- ");
  if (begin >= end) return list;  // nothing between, also where begin is npos
  const auto folds = std::count(list.begin() + static_cast<std::ptrdiff_t>(begin),
                                list.begin() + static_cast<std::ptrdiff_t>(end), '\n');
  return fmt::format("{}\n<details><summary>and {} more</summary>\n{}\n</details>\n{}",
                     list.substr(0, begin), folds, list.substr(begin + 1, end - begin - 1),
                     list.substr(end + 1));
}

std::string page_header(const RunResult& result) {
  std::string html = fmt::format(
      "<header>\n<p class=\"kicker\">Doorbuster · {} · {}</p>\n<h1>{}</h1>\n<div "
      "class=\"badges\">{}"
      "{}",
      html_safe(result.run_id), html_safe(result.started_at), html_safe(result.scenario.name),
      verdict_badge(result.verdict),
      page_badge("validity", to_string(result.validity), result.validity == Validity::valid,
                 result.validity == Validity::invalid));
  const auto mark = [&](std::string_view words) {
    html += fmt::format("<p class=\"badge odd\">{}</p>", words);
  };
  if (result.simulated) mark("simulated stores");
  if (result.model == "closed") mark("closed model");
  if (result.interrupted) mark("interrupted");
  return html + "</div>\n" + html_of(folded(notes(result))) + "</header>\n";
}

// What decides, in one row a strategy.
std::string overview_section(const Summaries& strategies) {
  if (strategies.empty()) return "\n## The strategies\n\nNo trial was finished.\n";
  std::vector<std::vector<std::string>> rows;
  for (const StrategySummary& each : strategies) {
    const auto count = [&](std::optional<std::int64_t> AuditResult::*figure) {
      const auto worst = each.worst(figure);
      return worst.value_or(0) > 0 ? fmt::format("**{}**", *worst) : plain(worst);
    };
    rows.push_back({markdown_safe(each.name), std::string(verdict_word(each)),
                    std::string(to_string(each.validity)),
                    fmt::format("{} of {}", plain(each.sold), plain(each.stock)),
                    count(&AuditResult::oversold_units),
                    count(&AuditResult::oversold_promised_units), in_ms(view_latency(each, 50)),
                    in_ms(view_latency(each, 99)), in_ms(buy_latency(each, 50)),
                    in_ms(buy_latency(each, 99)), in_ms(buy_latency(each, 99.9)),
                    plain(goodput(each)), in_percent(hit_ratio(each))});
  }
  return "\n## The strategies side by side\n\nUnits and orders are the database's, after "
         "everything "
         "came to rest; of several trials the worst. Latencies are milliseconds from when the "
         "schedule said that the buyer should act; of several trials the median. ~: fewer than 100 "
         "samples lie beyond.\n\n" +
         markdown_table(
             {"strategy", "verdict", "validity", "sold of stock", "oversold", "promised too many",
              "views p50", "p99", "buys p50", "p99", "p99.9", "units/s", "hits %"},
             rows, 3);
}

std::string witness_pictures(const RunResult& result) {
  std::string html;
  for (const TrialResult& trial : result.trials) {
    for (const PropertyResult& property : trial.audit.properties) {
      if (!property.surroundings) continue;
      html += fmt::format("<h3>{}, trial {}: {}</h3>\n<p>{}</p>\n{}", html_safe(trial.strategy),
                          trial.repetition, html_safe(property.name), html_safe(property.witness),
                          witness_picture(*property.surroundings));
    }
  }
  if (html.empty()) return "";
  return "<section id=\"pictures\">\n<h2>What stood around the witnesses</h2>\n<p>▶ marks the "
         "operations that cannot both be. A bar lasts from when the operation was begun to its "
         "answer; a point at its end goes on beyond the picture. A band behind them is a fault, "
         "named below.</p>\n" +
         html + "</section>\n";
}

// Words and figures of every section are report.md's.
std::vector<std::string> sections(const RunResult& result) {
  const Summaries strategies = summarize(result);
  return {html_section(overview_section(strategies)),
          html_section(witnesses_section(result)),
          html_section(thresholds_section(result)),
          spectrum_figures(result),
          over_time_figures(result),
          html_section(latency_section(strategies)),
          html_section(promises_section(strategies), oversold_figure(result)),
          html_section(answers_section(result)),
          witness_pictures(result),
          html_section(staleness_section(result), staleness_figure(result)),
          html_section(gates_section(result)),
          html_section(unknown_section(result)),
          html_section(kinds_section(result), buyers_figure(result)),
          html_section(counts_section(result), outcomes_figure(result)),
          html_section(cost_section(strategies), resources_figure(result)),
          html_section(strategy_figures_section(result)),
          html_section(faults_section(result)),
          html_section(errors_section(result)),
          html_section(series_section(result, most_table_rows(result))),
          html_section(environment_section(result)),
          html_section(provenance_section(result))};
}

}  // namespace

std::string html_body(const RunResult& result) {
  const std::vector<std::string> all = sections(result);
  std::string html = page_header(result) + page_links(all) + "<main>\n";
  for (const std::string& section : all) html += section;
  return html + "</main>\n";
}

std::string html_report(const RunResult& result) {
  return html_page({.title = fmt::format("{}{}: {}", result.scenario.name, run_marks(result),
                                         to_string(result.verdict)),
                    .version = result.doorbuster_version,
                    .body = html_body(result),
                    .data = to_json(charts_of(result)),
                    .script = PageScript::run});
}

}  // namespace doorbuster
