#include <filesystem>
#include <memory>

#include "scenario/parse.h"
#include "scenario/read_file.h"

namespace doorbuster {

ParsedScenario load_scenario(const std::string& path, const Vocabulary& vocabulary,
                             const std::vector<Override>& overrides) {
  std::string text;
  const FileOf kind{kLargestScenario, "a scenario is one TOML file", "a scenario has at most 1 MiB",
                    "`doorbuster list scenarios` shows those that come with it"};
  const std::string wrong = read_file(path, kind, text);
  if (!wrong.empty()) return std::vector<Problem>{{printable(path, 300), 0, wrong}};
  ParsedScenario parsed = parse_scenario(text, path, vocabulary, overrides);
  auto* scenario = std::get_if<Scenario>(&parsed);
  if (scenario == nullptr || scenario->load.trace_file.empty()) return parsed;

  const auto file = std::filesystem::path(path).parent_path() / scenario->load.trace_file;
  ParsedTrace trace = load_trace(file.string(), scenario->shop);
  if (auto* problem = std::get_if<Problem>(&trace)) return std::vector<Problem>{*problem};
  scenario->load.trace = std::make_shared<const Trace>(std::get<Trace>(std::move(trace)));
  return parsed;
}

}  // namespace doorbuster
