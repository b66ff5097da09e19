#include "report/junit.h"

#include <fmt/format.h>

#include <algorithm>

#include "report/escape.h"

namespace doorbuster {

std::string xml_safe(std::string_view text) {
  std::string safe;
  for (const char c : terminal_safe(text)) {
    switch (c) {
      case '<':
        safe += "&lt;";
        break;
      case '>':
        safe += "&gt;";
        break;
      case '&':
        safe += "&amp;";
        break;
      case '"':
        safe += "&quot;";
        break;
      default:
        safe += c;
    }
  }
  for (const char* forbidden : {"\xEF\xBF\xBE", "\xEF\xBF\xBF"}) {  // U+FFFE, U+FFFF: not in XML
    for (auto at = safe.find(forbidden); at != std::string::npos; at = safe.find(forbidden)) {
      safe.replace(at, 3, "?");
    }
  }
  return safe;
}

namespace {

std::string counts_of(const std::vector<JunitCase>& cases, std::string_view suite) {
  std::size_t tests = 0;
  std::size_t failures = 0;
  std::size_t errors = 0;
  for (const JunitCase& each : cases) {
    if (!suite.empty() && each.suite != suite) continue;
    ++tests;
    failures += each.verdict == Verdict::broken ? 1 : 0;
    errors += each.verdict == Verdict::undecided ? 1 : 0;
  }
  return fmt::format(R"(tests="{}" failures="{}" errors="{}")", tests, failures, errors);
}

std::string case_of(const JunitCase& each) {
  const std::string sentence = xml_safe(each.sentence);
  std::string inside;
  if (each.verdict == Verdict::holds) {
    if (!sentence.empty()) inside = fmt::format("<system-out>{}</system-out>", sentence);
  } else {
    const std::string_view tag = each.verdict == Verdict::broken ? "failure" : "error";
    inside = fmt::format(R"(<{0} message="{1}">{1}</{0}>)", tag, sentence);
  }
  return fmt::format("    <testcase classname=\"{}\" name=\"{}\">{}</testcase>\n",
                     xml_safe(each.suite), xml_safe(each.name), inside);
}

}  // namespace

std::string junit_xml(std::string_view name, const std::vector<JunitCase>& cases) {
  std::vector<std::string> suites;
  for (const JunitCase& each : cases) {
    if (std::ranges::find(suites, each.suite) == suites.end()) suites.push_back(each.suite);
  }
  std::string xml = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
  xml += fmt::format("<testsuites name=\"{}\" {}>\n", xml_safe(name), counts_of(cases, ""));
  for (const std::string& suite : suites) {
    xml += fmt::format("  <testsuite name=\"{}\" {}>\n", xml_safe(suite), counts_of(cases, suite));
    for (const JunitCase& each : cases) {
      if (each.suite == suite) xml += case_of(each);
    }
    xml += "  </testsuite>\n";
  }
  return xml + "</testsuites>\n";
}

}  // namespace doorbuster
