#include "scenario/parse.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/sha256.h"
#include "base/utf8.h"
#include "scenario/describe.h"
#include "scenario/sections.h"

namespace doorbuster {
namespace {

constexpr std::size_t kLongestScenarioName = 64;
constexpr std::string_view kBegin = "begin with a copy of scenarios/quick.toml";

bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
         c == '_' || c == '-';
}

// The file's name without folder and ending, fit for a folder's name.
std::string name_of_file(std::string_view file) {
  std::string_view stem = file.substr(file.rfind('/') + 1);
  if (stem.ends_with(".toml")) stem.remove_suffix(5);
  std::string name(stem.substr(0, kLongestScenarioName));
  for (char& c : name) {
    if (!is_name_character(c)) c = '-';
  }
  while (name.starts_with('.')) name.erase(0, 1);
  return name.empty() ? "scenario" : name;
}

std::string read_name(Reader& in, std::string_view file) {
  if (!in.given("name")) return name_of_file(file);
  std::string name = in.text("name");
  if (in.sound("name") && (name.empty() || name.size() > kLongestScenarioName || name[0] == '.' ||
                           !std::all_of(name.begin(), name.end(), is_name_character))) {
    in.refuse("name", "1 to 64 letters, digits, '.', '_' and '-' are needed, no '.' first");
  }
  return name;
}

std::string read_description(Reader& in) {
  std::string description = in.text("description");
  const auto is_control = [](char c) {
    return (static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t') || c == 0x7F;
  };
  if (std::any_of(description.begin(), description.end(), is_control)) {
    in.refuse("description", "it has control characters");
  }
  return description;
}

Simulation read_simulation(Reader& in) {
  Simulation simulation;
  simulation.redis_service = in.duration("simulation.redis_service");
  simulation.postgres_service = in.duration("simulation.postgres_service");
  simulation.postgres_commit = in.duration("simulation.postgres_commit");
  simulation.postgres_cores = static_cast<int>(in.whole("simulation.postgres_cores"));
  simulation.network = in.duration("simulation.network");
  simulation.sigma = in.number("simulation.sigma");
  return simulation;
}

Scenario read_scenario(Reader& in, std::string_view file, const Vocabulary& given) {
  const Vocabulary vocabulary = with_given_names(in, given);
  Scenario scenario;
  scenario.name = read_name(in, file);
  scenario.description = read_description(in);
  scenario.file = std::string(file);
  scenario.seed = static_cast<std::uint64_t>(in.whole("seed"));
  scenario.repetitions = static_cast<int>(in.whole("repetitions"));
  scenario.shards = static_cast<int>(in.whole("shards"));
  scenario.pause = in.duration("pause");
  scenario.stores = read_stores(in, scenario.shards);
  scenario.shop = read_shop(in);
  scenario.load = read_load(in);
  scenario.buyers = read_buyers(in, scenario.load);
  scenario.strategies = read_strategies(in, vocabulary, {scenario.stores, scenario.buyers});
  scenario.simulation = read_simulation(in);
  scenario.warmup = {in.duration("warmup.duration"), in.number("warmup.rate")};
  if (scenario.warmup.duration > Duration{} && scenario.warmup.rate == 0 &&
      in.sound("warmup.rate")) {
    in.refuse("warmup.rate", "a warm-up needs buyers; for none, say warmup.duration = \"0s\"");
  }
  scenario.limits = {in.whole("limits.buyers_in_flight"), in.duration("limits.drain")};
  scenario.history = {in.flag("history.views"), in.whole("history.views_until") << 20,
                      in.flag("history.stock_log")};
  scenario.troubles = read_troubles(in, vocabulary);
  scenario.faults = read_faults(in, scenario.load, scenario.stores, vocabulary);
  scenario.expectations = read_expectations(in, vocabulary);
  scenario.thresholds = read_thresholds(in, vocabulary);
  in.refuse_unread();
  return scenario;
}

// The line of the first byte that is not UTF-8; 0 if there is none.
int line_of_bad_utf8(std::string_view text) {
  int line = 1;
  while (!text.empty()) {
    const Utf8Character first = first_character(text);
    if (first.length == 0) return line;
    if (first.point == U'\n') ++line;
    text.remove_prefix(first.length);
  }
  return 0;
}

// What makes a text no text of ours, before anything looks for TOML in it; "" if nothing.
Problem unfit(std::string_view text, const std::string& file) {
  if (text.size() > kLargestScenario) {
    return {file, 0, fmt::format("{} bytes are no scenario; the limit is 1 MiB", text.size())};
  }
  if (text.find_first_not_of(" \t\r\n") == std::string_view::npos) {
    return {file, 0, fmt::format("the file is empty; {}", kBegin)};
  }
  if (text.find('\0') != std::string_view::npos) {
    return {file, 0, "the file is binary (it has NUL bytes); a scenario is TOML text"};
  }
  if (const int line = line_of_bad_utf8(text); line != 0) {
    return {file, line, "the file is not UTF-8 text; a scenario is TOML text"};
  }
  return {};
}

}  // namespace

ParsedScenario parse_scenario(std::string_view text, std::string file, const Vocabulary& vocabulary,
                              const std::vector<Override>& overrides) {
  const std::string shown = file.empty() ? "scenario" : printable(file, 300);
  Problem bad = unfit(text, shown);
  if (!bad.message.empty()) return std::vector<Problem>{std::move(bad)};

  Problems problems(shown);
  Document document = read_document(text, problems);
  if (problems.any() && document.values.empty() && document.tables.empty()) {
    return problems.sorted();
  }
  for (const Override& change : overrides) apply(change, document, problems);
  Reader in(document, problems);
  Scenario scenario = read_scenario(in, file, vocabulary);
  if (problems.any()) return problems.sorted();
  scenario.sha256 = sha256(text);
  scenario.resolved = resolved_values(scenario);
  return scenario;
}

}  // namespace doorbuster
