#include "report/html.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "base/sha256.h"
#include "measure/base64.h"
#include "report/escape.h"
#include "report/html_charts.h"
#include "report/html_figures.h"
#include "report/html_text.h"
#include "report/html_witness.h"
#include "report/markdown_parts.h"
#include "report/markdown_table.h"

namespace doorbuster {
namespace {

constexpr unsigned char kChartJs[] = {
#include "report/chart.min.js.inc"
};
constexpr unsigned char kPageScript[] = {
#include "report/page.js.inc"
};
constexpr unsigned char kPageStyle[] = {
#include "report/page.css.inc"
};

template <std::size_t N>
std::string embedded(const unsigned char (&bytes)[N]) {
  return {bytes, bytes + N};
}

// As a Content-Security-Policy names a script: the digest of its bytes.
std::string digest_of(const std::string& text) {
  const std::string hex = sha256(text);
  std::vector<unsigned char> bytes;
  for (std::size_t i = 0; i < hex.size(); i += 2) {
    bytes.push_back(static_cast<unsigned char>(std::stoi(hex.substr(i, 2), nullptr, 16)));
  }
  return fmt::format("'sha256-{}'", to_base64(bytes));
}

std::string badge(std::string_view what, std::string_view word, bool good, bool bad) {
  return fmt::format("<p class=\"badge {}\"><span>{}</span> {}</p>",
                     good  ? "good"
                     : bad ? "bad"
                           : "odd",
                     what, word);
}

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
      badge("verdict", to_string(result.verdict), result.verdict == Verdict::holds,
            result.verdict == Verdict::broken),
      badge("validity", to_string(result.validity), result.validity == Validity::valid,
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

// Links to what is there, by the headings that are there.
std::string page_links(const std::vector<std::string>& sections) {
  std::string html;
  for (const std::string& section : sections) {
    const std::size_t id = section.find("<section id=\"");
    const std::size_t heading = section.find("<h2>");
    if (id != 0 || heading == section.npos) continue;
    constexpr std::size_t kIdAt = 13;
    html += fmt::format("<a href=\"#{}\">{}</a>\n",
                        section.substr(kIdAt, section.find('"', kIdAt) - kIdAt),
                        section.substr(heading + 4, section.find("</h2>") - heading - 4));
  }
  return "<nav aria-label=\"sections\">\n" + html + "</nav>\n";
}

}  // namespace

std::string html_body(const RunResult& result) {
  const std::vector<std::string> all = sections(result);
  std::string html = page_header(result) + page_links(all) + "<main>\n";
  for (const std::string& section : all) html += section;
  return html + "</main>\n";
}

std::string html_report(const RunResult& result) {
  const std::string chart_js = embedded(kChartJs);
  const std::string script = embedded(kPageScript);
  const std::string style = embedded(kPageStyle);
  std::string html = fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta "
      "http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; base-uri 'none'; "
      "form-action 'none'; script-src {} {}; style-src {}; img-src data:\">\n<meta "
      "name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta "
      "name=\"color-scheme\" content=\"light dark\">\n<link rel=\"icon\" "
      "href=\"data:,\">\n<title>{}{}: {}</title>\n<style>",
      digest_of(chart_js), digest_of(script), digest_of(style), html_safe(result.scenario.name),
      run_marks(result), to_string(result.verdict));
  html += style + "</style>\n</head>\n<body>\n" + html_body(result);
  html += "<footer><p>Written by Doorbuster " + html_safe(result.doorbuster_version) +
          ". Charts by Chart.js, under the MIT License.</p></footer>\n";
  html += "<script type=\"application/json\" id=\"data\">" + json_for_page(charts_of(result)) +
          "</script>\n";
  html += "<script>" + chart_js + "</script>\n<script>" + script + "</script>\n";
  return html + "</body>\n</html>\n";
}

}  // namespace doorbuster
