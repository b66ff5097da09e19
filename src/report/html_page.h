// A page that is whole in itself: style, Chart.js, our scripts and the data of the charts stand in
// it, and its policy lets nothing else run or load. What goes into it is HTML already
// (html_text.h), but for the title and the version. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/outcome.h"

namespace doorbuster {

enum class PageScript : unsigned char { run, decision };  // page/page.js, page/decision.js

struct HtmlPage {
  std::string title;    // any words
  std::string version;  // of the program, any words
  std::string body;
  std::string data;  // of the charts, JSON
  PageScript script = PageScript::run;
};

std::string html_page(const HtmlPage& page);

std::string page_badge(std::string_view what, std::string_view word, bool good, bool bad);
std::string verdict_badge(Verdict verdict);

// Links to the sections, each by its own heading; one without is left out.
std::string page_links(const std::vector<std::string>& sections);

// Where a chart goes, shown when a script draws in it; `name` is what the script draws by.
std::string figure_place(std::string_view name, std::string_view title, std::string_view caption);

// For a section with charts.
inline constexpr std::string_view kNeedsScript =
    "<noscript><p>This browser runs no script, so no chart is drawn; the tables "
    "stand.</p></noscript>\n";

}  // namespace doorbuster
