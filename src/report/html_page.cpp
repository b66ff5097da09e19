#include "report/html_page.h"

#include <fmt/format.h>

#include "base/sha256.h"
#include "measure/base64.h"
#include "report/html_text.h"

namespace doorbuster {
namespace {

constexpr unsigned char kChartJs[] = {
#include "report/chart.min.js.inc"
};
constexpr unsigned char kCommonScript[] = {
#include "report/common.js.inc"
};
constexpr unsigned char kRunScript[] = {
#include "report/page.js.inc"
};
constexpr unsigned char kDecisionScript[] = {
#include "report/decision.js.inc"
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

// JSON within a <script>: no word in it ends that.
std::string json_in_script(std::string_view json) {
  std::string safe;
  for (const char c : json) {
    if (c == '<') {
      safe += "\\u003c";
    } else {
      safe += c;
    }
  }
  return safe;
}

}  // namespace

std::string page_badge(std::string_view what, std::string_view word, bool good, bool bad) {
  return fmt::format("<p class=\"badge {}\"><span>{}</span> {}</p>",
                     good  ? "good"
                     : bad ? "bad"
                           : "odd",
                     what, word);
}

std::string verdict_badge(Verdict verdict) {
  return page_badge("verdict", to_string(verdict), verdict == Verdict::holds,
                    verdict == Verdict::broken);
}

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

std::string figure_place(std::string_view name, std::string_view title, std::string_view caption) {
  return fmt::format(
      "<figure class=\"chart\" id=\"chart-{}\">\n<figcaption><strong>{}</strong> "
      "{}</figcaption>\n<div class=\"box\"><canvas data-chart=\"{}\" role=\"img\" "
      "aria-label=\"{}\"></canvas></div>\n</figure>\n",
      name, title, caption, name, title);
}

std::string html_page(const HtmlPage& page) {
  const std::string scripts[] = {
      embedded(kChartJs), embedded(kCommonScript),
      page.script == PageScript::run ? embedded(kRunScript) : embedded(kDecisionScript)};
  const std::string style = embedded(kPageStyle);
  std::string policy;
  for (const std::string& script : scripts) policy += " " + digest_of(script);
  std::string html = fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta "
      "http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; base-uri 'none'; "
      "form-action 'none'; script-src{}; style-src {}; img-src data:\">\n<meta "
      "name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta "
      "name=\"color-scheme\" content=\"light dark\">\n<link rel=\"icon\" "
      "href=\"data:,\">\n<title>{}</title>\n<style>",
      policy, digest_of(style), html_safe(page.title));
  html += style + "</style>\n</head>\n<body>\n" + page.body;
  html += "<footer><p>Written by Doorbuster " + html_safe(page.version) +
          ". Charts by Chart.js, under the MIT License.</p></footer>\n";
  html +=
      "<script type=\"application/json\" id=\"data\">" + json_in_script(page.data) + "</script>\n";
  for (const std::string& script : scripts) html += "<script>" + script + "</script>\n";
  return html + "</body>\n</html>\n";
}

}  // namespace doorbuster
