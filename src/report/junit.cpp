#include "report/junit.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <iterator>

#include "report/escape.h"

namespace doorbuster {
namespace {

// Words from outside as text or as the value of an attribute: one line, and all of it XML.
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

// The schemas allow none that is blank.
std::string xml_name(std::string_view name) {
  return name.find_first_not_of(" \t\r\n") == name.npos ? "unnamed" : xml_safe(name);
}

std::string case_xml(const JunitCase& test) {
  std::string xml = fmt::format("    <testcase name=\"{}\" classname=\"{}\" time=\"0\"",
                                xml_name(test.name), xml_name(test.of));
  if (test.ended == JunitEnd::passed) return xml + "/>\n";
  if (test.ended == JunitEnd::skipped) {
    return xml + fmt::format("><skipped message=\"{}\"/></testcase>\n", xml_safe(test.why));
  }
  const bool failed = test.ended == JunitEnd::failure;
  return xml + fmt::format("><{0} type=\"{1}\" message=\"{2}\">{2}</{0}></testcase>\n",
                           failed ? "failure" : "error", failed ? "broken" : "undecided",
                           xml_safe(test.why));
}

constexpr std::string_view kTimeShape = "0000-00-00T00:00:00";

// A second of the calendar, in the shape above and with a Z behind it.
bool is_time(std::string_view text) {
  if (text.size() != kTimeShape.size() + 1 || text.back() != 'Z') return false;
  for (std::size_t i = 0; i < kTimeShape.size(); ++i) {
    const bool digit = text[i] >= '0' && text[i] <= '9';
    if (kTimeShape[i] == '0' ? !digit : text[i] != kTimeShape[i]) return false;
  }
  const auto number = [&](std::size_t at) {
    return static_cast<unsigned>(10 * (text[at] - '0') + (text[at + 1] - '0'));
  };
  const std::chrono::year_month_day day{
      std::chrono::year(static_cast<int>(100 * number(0) + number(2))),
      std::chrono::month(number(5)), std::chrono::day(number(8))};
  return day.ok() && number(0) + number(2) > 0 && number(11) < 24 && number(14) < 60 &&
         number(17) < 60;
}

// Without the zone, which Ant's schema does not allow.
std::string timestamp(std::string_view started_at) {
  return is_time(started_at) ? std::string(started_at.substr(0, kTimeShape.size()))
                             : "1970-01-01T00:00:00";
}

std::string suite_xml(const JunitSuite& suite, int id) {
  const auto count = [&](JunitEnd ended) {
    return std::ranges::count(suite.cases, ended, &JunitCase::ended);
  };
  std::string xml = fmt::format(
      "  <testsuite package=\"{}\" id=\"{}\" name=\"{}\" timestamp=\"{}\" hostname=\"localhost\" "
      "tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\" time=\"{}.{:03}\">\n"
      "    <properties>\n",
      xml_safe(suite.package), id, xml_name(suite.name), timestamp(suite.started_at),
      suite.cases.size(), count(JunitEnd::failure), count(JunitEnd::error),
      count(JunitEnd::skipped), suite.millis / 1000, suite.millis % 1000);
  for (const auto& [name, value] : suite.properties) {
    xml += fmt::format("      <property name=\"{}\" value=\"{}\"/>\n", name, xml_safe(value));
  }
  xml += "    </properties>\n";
  std::string said;
  for (const JunitCase& each : suite.cases) {
    xml += case_xml(each);
    const bool is_told = each.ended == JunitEnd::passed && !each.why.empty();
    if (is_told) said += xml_safe(each.why) + "\n";
  }
  for (const std::string& line : suite.said) said += xml_safe(line) + "\n";
  return xml +
         fmt::format("    <system-out>{}</system-out>\n    <system-err/>\n  </testsuite>\n", said);
}

}  // namespace

JunitEnd junit_end(Verdict verdict) {
  return verdict == Verdict::holds    ? JunitEnd::passed
         : verdict == Verdict::broken ? JunitEnd::failure
                                      : JunitEnd::error;
}

std::string junit_xml(const std::vector<JunitSuite>& suites) {
  std::string xml = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n";
  int id = 0;
  for (const JunitSuite& suite : suites) xml += suite_xml(suite, id++);
  return xml + "</testsuites>\n";
}

std::vector<JunitSuite> suites_by_subject(const JunitSuite& common,
                                          const std::vector<JunitCase>& cases) {
  std::vector<JunitSuite> suites;
  for (const JunitCase& each : cases) {
    auto suite = std::ranges::find(suites, each.of, &JunitSuite::name);
    if (suite == suites.end()) {
      suites.push_back(common);
      suite = std::prev(suites.end());
      suite->name = each.of;
    }
    suite->cases.push_back(each);
  }
  return suites;
}

}  // namespace doorbuster
