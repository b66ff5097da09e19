#include "report/decision_pages.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <vector>

#include "report/capacity_report.h"
#include "report/comparison_report.h"
#include "report/decision_charts.h"
#include "report/html_page.h"
#include "report/html_text.h"
#include "report/sweep_report.h"

namespace doorbuster {
namespace {

struct DecisionPage {
  std::string command;  // "compare"
  std::string of;       // the run, or the key that is swept
  std::string question;
  Verdict verdict = Verdict::undecided;
  std::string badges;  // further ones
  bool simulated = false;
  std::string conclusion;
  std::string version;
};

std::string decision_header(const DecisionPage& page) {
  return fmt::format(
      "<header>\n<p class=\"kicker\">Doorbuster {}{}</p>\n<h1>{}</h1>\n<div "
      "class=\"badges\">{}{}{}</div>\n<p class=\"conclusion\">{}</p>\n</header>\n",
      page.command, page.of.empty() ? "" : " · " + html_safe(page.of), page.question,
      verdict_badge(page.verdict), page.badges,
      page.simulated ? "<p class=\"badge odd\">simulated stores</p>" : "",
      html_safe(page.conclusion));
}

// What the text has, under a heading of the page's own.
std::string figures_section(const std::string& markdown) {
  const std::size_t heading_ends = std::min(markdown.find('\n'), markdown.size());
  return html_section("## The figures" + markdown.substr(heading_ends));
}

struct ChartWords {
  std::string title;
  std::string caption;
};

// The charts that are there, each with its words.
std::string charts_section(const DecisionCharts& charts,
                           const std::map<std::string, ChartWords>& words,
                           std::string_view heading) {
  if (charts.charts.empty()) return "";
  std::string html = fmt::format("<section id=\"charts\">\n<h2>{}</h2>\n{}", heading, kNeedsScript);
  for (const DecisionChart& chart : charts.charts) {
    const ChartWords& each = words.at(chart.name);
    html += figure_place(chart.name, html_safe(each.title), html_safe(each.caption));
  }
  return html + "</section>\n";
}

std::string decision_page(const DecisionPage& page, const std::vector<std::string>& sections,
                          const DecisionCharts& charts) {
  std::string body = decision_header(page) + page_links(sections) + "<main>\n";
  for (const std::string& section : sections) body += section;
  return html_page(
      {.title = fmt::format("{} {}: {}", page.command, page.of, to_string(page.verdict)),
       .version = page.version,
       .body = body + "</main>\n",
       .data = to_json(charts),
       .script = PageScript::decision});
}

// A cell a pair of values, in the colour of its choice, whose name stands there.
std::string heat_section(const SweepResult& sweep) {
  if (sweep.second_key.empty()) return "";
  const std::vector<std::string> strategies = swept_strategies(sweep);
  const std::vector<std::string> seconds = second_values(sweep);
  std::string rows;
  std::string heads;
  for (const std::string& second : seconds) {
    rows += fmt::format("<tr><th scope=\"row\">{}</th>", html_safe(second));
    for (const SweepPoint& point : sweep.points) {
      if (point.second != second) continue;
      if (second == seconds.front()) {
        heads += fmt::format("<th scope=\"col\">{}</th>", html_safe(point.value));
      }
      const std::string choice = choice_of(point);
      const auto at = std::ranges::find(strategies, choice);
      const std::string colour = at == strategies.end()
                                     ? ""
                                     : fmt::format(" class=\"c{}\"", (at - strategies.begin()) % 8);
      rows += fmt::format("<td{}>{}</td>", colour, html_safe(choice));
    }
    rows += "</tr>\n";
  }
  return fmt::format(
      "<section id=\"grid\">\n<h2>What to choose where</h2>\n<p>Columns: {}. Rows: {}.</p>\n<div "
      "class=\"scroll\" role=\"group\" aria-label=\"choices\" tabindex=\"0\"><table "
      "class=\"heat\">\n<thead><tr><th></th>{}</tr></thead>\n<tbody>\n{}</tbody>\n</table></div>\n"
      "</section>\n",
      html_safe(sweep.key), html_safe(sweep.second_key), heads, rows);
}

}  // namespace

std::string html_comparison(const ComparisonResult& comparison) {
  const DecisionCharts charts = charts_of(comparison);
  const std::string better = comparison.lower_is_better ? "less" : "more";
  const std::string margin = fmt::format("{:.3g}", comparison.margin_percent);
  return decision_page(
      {.command = "compare",
       .of = comparison.run_id,
       .question = "Which strategy to choose",
       .verdict = comparison.verdict,
       .badges = comparison.choice ? page_badge("choice", html_safe(*comparison.choice),
                                                comparison.verdict == Verdict::holds, false)
                                   : "",
       .simulated = comparison.simulated,
       .conclusion = comparison.conclusion,
       .version = comparison.doorbuster_version},
      {charts_section(charts,
                      {{"goal",
                        {"The goal: " + comparison.goal,
                         "The median over runs with its bootstrap interval; " + better +
                             " is better. What broke a promise is not drawn."}},
                       {"effects",
                        {"How far each falls behind",
                         "The median's difference with its interval; within the band, " + margin +
                             " % either way, it does not matter."}}},
                      "The strategies side by side"),
       figures_section(markdown_comparison(comparison))},
      charts);
}

std::string html_sweep(const SweepResult& sweep) {
  const DecisionCharts charts = charts_of(sweep);
  std::map<std::string, ChartWords> words;
  const std::vector<std::string> seconds = second_values(sweep);
  for (std::size_t i = 0; i < seconds.size(); ++i) {
    words["goal-" + std::to_string(i)] = {
        seconds[i].empty() ? sweep.goal + " over " + sweep.key
                           : fmt::format("{} over {} at {} {}", sweep.goal, sweep.key,
                                         sweep.second_key, seconds[i]),
        "Medians over runs with their intervals; values stand at equal distances. A band: within "
        "it the better of two becomes the other."};
  }
  return decision_page(
      {.command = "compare",
       .of = sweep.second_key.empty() ? sweep.key : sweep.key + " x " + sweep.second_key,
       .question = "Where the answer flips",
       .verdict = sweep.verdict,
       .badges = "",
       .simulated = sweep.simulated,
       .conclusion = sweep.conclusion,
       .version = sweep.doorbuster_version},
      {heat_section(sweep), charts_section(charts, words, "The goal as the key changes"),
       figures_section(markdown_sweep(sweep))},
      charts);
}

std::string html_capacity(const CapacityResult& capacity) {
  const DecisionCharts charts = charts_of(capacity);
  return decision_page(
      {.command = "capacity",
       .of = "",
       .question = "The highest load that each strategy bears",
       .verdict = capacity.verdict,
       .badges = "",
       .simulated = capacity.simulated,
       .conclusion = capacity.conclusion,
       .version = capacity.doorbuster_version},
      {charts_section(
           charts,
           {{"bounds",
             {"Capacity",
              "The point is the highest rate that keeps everything; the line goes to the lowest "
              "that does not."}},
            {"throughput",
             {"What is answered",
              "Over the rate: of its runs the middle one, and from the least to the greatest."}},
            {"latency",
             {"Latency of purchases",
              "The p99 of the middle run, from the least to the greatest, a logarithmic axis. A "
              "band: within it is the knee, from which "
              "on the p99 is more than twice that of the lowest rate."}},
            {"law",
             {"Scalability law",
              "Operations a second over operations in flight, a logarithmic axis; points are runs, "
              "the "
              "dashed line is the fitted law, drawn no further than what was run."}}},
           "The curves"),
       figures_section(markdown_capacity(capacity))},
      charts);
}

}  // namespace doorbuster
