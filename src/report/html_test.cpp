#include "report/html.h"

#include <gmock/gmock.h>

#include <sstream>

#include "report/golden_testing.h"
#include "report/html_text.h"
#include "report/html_witness.h"
#include "report/markdown.h"
#include "report/report_samples_testing.h"

namespace doorbuster {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(Html, TellsARunFromItsVerdictToItsSeed) {
  expect_golden("page.html.txt", html_body(sample_run()));
}

TEST(Html, BeginsWithVerdictAndValidityAndTheStrategiesSideBySide) {
  const std::string body = html_body(sample_run());
  const auto at = [&](std::string_view text) { return body.find(text); };
  EXPECT_LT(at("<span>verdict</span> holds"), at("<span>validity</span> degraded"));
  EXPECT_LT(at("<span>validity</span> degraded"), at("<h2>The strategies side by side</h2>"));
  EXPECT_LT(at("<h2>The strategies side by side</h2>"), at("<h2>Latency by percentile</h2>"));
  EXPECT_NE(at("<h2>Environment</h2>"), body.npos);
}

TEST(Html, SaysThatARunWasSimulatedClosedAndInterrupted) {
  const std::string body = html_body(empty_run());
  for (const char* words : {"simulated stores", "closed model", "interrupted",
                            "No trial was finished.", "<strong>Interrupted</strong>"}) {
    EXPECT_THAT(body, HasSubstr(words));
  }
  EXPECT_THAT(body, Not(HasSubstr("<canvas"))) << "a place for a chart of nothing";
}

TEST(Html, FoldsAListOfManyReasonsBetweenItsFirstAndItsLast) {
  RunResult run = sample_run();
  run.warnings = {"first", "2", "3", "4"};
  EXPECT_THAT(html_body(run).substr(0, html_body(run).find("<nav")), Not(HasSubstr("<details>")));
  run.warnings = {"first", "2", "3", "4", "folded", "folded too"};
  EXPECT_THAT(html_body(run),
              HasSubstr("<details><summary>and 2 more</summary>\n<ul><li>folded</li>\n<li>folded "
                        "too</li>\n</ul>\n</details>\n<ul><li>Throwaway"));
}

TEST(Html, HasEverySectionThatTheTextHas) {
  RunResult run = kinds_run();
  TrialResult& trial = run.trials[0];
  trial.faults = {{"redis_stall", "", 2000, 4000, std::nullopt}};
  trial.audit.gate_divergence = GateDivergenceResult{};
  trial.audit.unknown.emplace().attempts = 1;
  trial.audit.properties = {
      {"no_stale_reads", Verdict::broken, 1, 1, "why", std::nullopt, true, std::nullopt}};
  std::istringstream text(markdown_report(run));
  const std::string body = html_body(run);
  int sections = 0;
  for (std::string line; std::getline(text, line);) {
    if (!line.starts_with("## ")) continue;
    ++sections;
    EXPECT_THAT(body, HasSubstr("<h2>" + line.substr(3) + "</h2>"));
  }
  EXPECT_GE(sections, 17) << "the sample has nothing to say for the others";
}

TEST(Html, LetsNoWordFromOutsideBeMarkupOrSteerAnything) {
  const std::string page = html_report(hostile_run());
  for (const char* markup :
       {"\x1b", "<script>\n", "|<script>", "\xe2\x80\xae", "\xff", "\\u001b"}) {
    EXPECT_THAT(page, Not(HasSubstr(markup))) << markup;
  }
  EXPECT_THAT(page, HasSubstr("?[2J|&lt;script&gt; # @all [x](y) `rm` *b* _i_"));
  EXPECT_THAT(page, HasSubstr("?[2J|\\u003cscript> # @all")) << "in the charts' data";
}

TEST(Html, IsWholeInItself) {
  const std::string page = html_report(sample_run());
  for (const char* loads : {"src=", "@import", "url(", "<link rel=\"stylesheet", "<iframe"}) {
    EXPECT_THAT(page.substr(0, page.find("<script>/*!")), Not(HasSubstr(loads))) << loads;
  }
  EXPECT_THAT(page, HasSubstr("default-src 'none'"));
  EXPECT_THAT(page, HasSubstr("Chart.js v3"));
  EXPECT_THAT(page, HasSubstr("MIT License"));
}

TEST(Html, ShowsAVerdictAsOneAndASentenceAsWords) {
  const std::string html = html_of("| a | b |\n| --- | ---: |\n| **BROKEN** | 1 |\n| x | " +
                                   std::string(50, 'y') + " |\n");
  EXPECT_THAT(html, HasSubstr("<span class=\"chip bad\"><strong>BROKEN</strong></span>"));
  EXPECT_THAT(html, HasSubstr("<td class=\"n\">1</td>"));
  EXPECT_THAT(html, HasSubstr("<td class=\"words\">yyy"));
  EXPECT_THAT(html, HasSubstr("<th scope=\"col\" class=\"n\">b</th>"));
}

TEST(Html, ClosesWhatItOpened) {
  EXPECT_EQ(html_of("a **b\n`c\n- d\n```\n<e>\n"),
            "<p>a <strong>b</strong>\n<code>c</code>\n</p>\n<ul><li>d</li>\n</ul>\n<pre>&lt;e&gt;\n"
            "</pre>\n");
}

TEST(Html, DrawsAWitnessWithoutAScript) {
  const SurroundingsResult around{
      .item = 7,
      .from_s = 1,
      .to_s = 2,
      .operations = {{1, false, 10, "buy", 1, "ok", 4, 3, 0.5, 1.5},
                     {2, true, 11, "<view>", 1, "ok", 5, 2, 1.75, std::nullopt}},
      .changes = {{3, 5, 4, 1}},
      .more_changes = 2,
      .last_version = 5,
      .faults = {{"redis_stall", "", 1.25, 1.5}, {"lose_reply", "<take>", 0, 9}}};
  const std::string svg = witness_picture(around);
  EXPECT_THAT(svg, HasSubstr("▶ op 2 · buyer 11 · &lt;view&gt; 1: ok 5 v2"));
  EXPECT_THAT(svg, HasSubstr("never answered"));
  EXPECT_THAT(svg, HasSubstr("class=\"bar accused\" x=\"712\""));
  EXPECT_THAT(svg, HasSubstr("v3 · 5 → 4"));
  EXPECT_THAT(svg, HasSubstr("and 2 more, to version 5"));
  EXPECT_THAT(svg, HasSubstr("class=\"band\" x=\"457\" y=\"28\" width=\"128\" height=\"104\""))
      << "of both bars and both faults";
  EXPECT_THAT(svg, HasSubstr("class=\"band\" x=\"330\" y=\"28\" width=\"510\""))
      << "as far as the picture goes";
  EXPECT_THAT(svg, HasSubstr(">fault redis_stall</text>"));
  EXPECT_THAT(svg, HasSubstr(">fault lose_reply of &lt;take&gt;</text>"));
  EXPECT_LT(svg.find("class=\"band\""), svg.find("class=\"bar")) << "behind the bars";
  RunResult run = sample_run();
  PropertyResult property{
      "no_stale_reads", Verdict::broken, 1, 1, "why", std::nullopt, true, around};
  run.trials[0].audit.properties = {property};
  EXPECT_THAT(html_body(run), HasSubstr("no_stale_reads</h3>"));
  EXPECT_THAT(html_body(run), HasSubstr("<svg class=\"witness\""));
}

}  // namespace
}  // namespace doorbuster
