// For tests: documents held to a schema of results/schema/ by python3-jsonschema, where it is.
// Tests only.
#pragma once

#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "base/source_tree.h"
#include "results/folder.h"

namespace doorbuster {

// A line a breach, "<index of the document> <path in it>"; nothing: there is no such package.
inline std::optional<std::string> breaches_of_schema(const std::string& schema,
                                                     const std::vector<std::string>& documents) {
  constexpr const char* kJudge = R"(python3 -c '
import json, sys
try: import jsonschema
except ImportError: sys.exit(77)
schema = json.load(open(sys.argv[1]))
jsonschema.Draft202012Validator.check_schema(schema)
validator = jsonschema.Draft202012Validator(schema)
for name in sys.argv[2:]:
  for error in validator.iter_errors(json.load(open(name))):
    print(name.rsplit("/", 1)[1], error.json_path)' )";
  const auto folder = std::filesystem::path(testing::TempDir()) / ("doorbuster-" + schema);
  std::filesystem::create_directories(folder);
  std::string command = kJudge;
  command += "'" DOORBUSTER_SOURCE_DIR "/results/schema/" + schema + "'";
  for (std::size_t i = 0; i < documents.size(); ++i) {
    const auto file = folder / std::to_string(i);
    EXPECT_TRUE(write_file(file, documents[i]).ok());
    command += " '" + file.string() + "'";
  }
  const int status = std::system((command + " >" + (folder / "found").string()).c_str());
  std::ostringstream found;
  found << std::ifstream(folder / "found").rdbuf();
  std::filesystem::remove_all(folder);
  if (WIFEXITED(status) && WEXITSTATUS(status) == 77) return std::nullopt;
  EXPECT_EQ(status, 0);
  return found.str();
}

inline constexpr const char* kNoJudge =
    "NOT CHECKED: the schema, for want of jsonschema (package python3-jsonschema)";

}  // namespace doorbuster
