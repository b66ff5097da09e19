// Which scenario a command is about, and what its flags change in it: shared by run and validate.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "scenario/scenario.h"

namespace CLI {
class App;
}

namespace doorbuster {

// The folders in which scenarios are looked for: ./scenarios, then those that came with the
// program.
std::vector<std::string> scenario_folders();

struct ScenarioFile {
  std::string name;  // quick, hazards/redis-lock
  std::string path;
};

// Folder by folder; of two with one name that of the first folder, so the user's own hide the
// ones that ship.
std::vector<ScenarioFile> scenario_files();

class ScenarioSource {
 public:
  void add_options(CLI::App& command);

  // Nothing: all that is wrong has been said on stderr, a line each.
  // `also`: further --set.
  std::optional<Scenario> load(const std::vector<std::string>& also = {}) const;

 private:
  std::string name_ = "quick";
  std::vector<std::string> strategies_;
  std::optional<int> repetitions_;
  std::optional<std::string> duration_;
  std::optional<double> rate_;
  std::optional<std::uint64_t> seed_;
  std::vector<std::string> sets_;
};

}  // namespace doorbuster
