// JUnit's XML, as CI servers read it: a case a verdict, by suite. Broken is a failure, undecided an
// error: neither may pass for a success. Words from outside are made harmless. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/outcome.h"

namespace doorbuster {

struct JunitCase {
  std::string suite;  // a strategy, say
  std::string name;
  Verdict verdict = Verdict::undecided;
  std::string sentence;  // why; of one that holds it is kept as its output
};

// Words from outside as text or as the value of an attribute: one line, and all of it XML.
std::string xml_safe(std::string_view text);

std::string junit_xml(std::string_view name, const std::vector<JunitCase>& cases);

}  // namespace doorbuster
