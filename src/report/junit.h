// JUnit's XML, as CI servers read it: of a run, of a check and of a trend. Valid by both schemas in
// use, Ant's (which asks for more) and Jenkins's. Words from outside are made harmless. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/outcome.h"

namespace doorbuster {

// A failure broke, an error could not be decided: neither may pass for a success.
enum class JunitEnd : unsigned char { passed, failure, error, skipped };

JunitEnd junit_end(Verdict verdict);

struct JunitCase {
  std::string of;  // a strategy, say
  std::string name;
  JunitEnd ended = JunitEnd::error;
  std::string why;  // of one that passed it stands in what its suite said
};

struct JunitSuite {
  std::string package;
  std::string name;
  std::string started_at;  // "2026-11-27T00:00:00Z"; anything else is the beginning of 1970
  std::int64_t millis = 0;
  std::vector<std::pair<std::string, std::string>> properties = {};
  std::vector<JunitCase> cases = {};
  std::vector<std::string> said = {};  // a line each
};

std::string junit_xml(const std::vector<JunitSuite>& suites);

// Cases by what they are of, a suite each.
std::vector<JunitSuite> suites_by_subject(const JunitSuite& common,
                                          const std::vector<JunitCase>& cases);

}  // namespace doorbuster
