// For tests: XML against testdata/junit.xsd, by xmllint. Tests only.
#pragma once

#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <vector>

#include "base/random.h"
#include "base/source_tree.h"

namespace doorbuster {

inline constexpr const char* kNoXmlJudge =
    "SKIPPED: there is no xmllint, so nobody checked the XML. Install libxml2-utils.";

// The beginnings of those that are not valid, "" of all that are; nothing: there is no xmllint.
inline std::optional<std::string> breaches_of_junit(const std::vector<std::string>& texts) {
  if (std::system("command -v xmllint >/dev/null") != 0) return std::nullopt;
  const std::filesystem::path file =
      std::filesystem::temp_directory_path() / fmt::format("doorbuster-junit-{}.xml", entropy());
  std::string breaches;
  for (const std::string& text : texts) {
    std::ofstream(file, std::ios::binary) << text;
    const std::string command = "xmllint --noout --schema '" DOORBUSTER_SOURCE_DIR
                                "/src/report/testdata/junit.xsd' '" +
                                file.string() + "' >/dev/null 2>&1";
    if (std::system(command.c_str()) != 0) breaches += text.substr(0, 3000) + "\n";
  }
  std::filesystem::remove(file);
  return breaches;
}

}  // namespace doorbuster
