#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <string>
#include <vector>

#include "cli/app.h"
#include "cli/commands.h"
#include "cli/scenario_source.h"
#include "report/escape.h"
#include "run/round_trips.h"
#include "run/vocabulary.h"
#include "scenario/describe.h"
#include "scenario/keys.h"
#include "scenario/parse.h"
#include "strategy/combinations.h"
#include "strategy/decorator.h"
#include "strategy/registry.h"

namespace doorbuster {
namespace {

constexpr std::size_t kWidth = 80;

std::string text_of(const OptionValue& value) {
  return std::visit([](const auto& plain) { return fmt::format("{}", plain); }, plain_value(value));
}

void print_indented(std::string_view text, std::size_t indent) {
  const std::string margin(indent, ' ');
  std::string lines = wrapped(text, kWidth - indent, 0);
  for (auto end = lines.find('\n'); end != std::string::npos; end = lines.find('\n', end + 1)) {
    lines.insert(end + 1, margin);
  }
  fmt::print("{}{}\n", margin, lines);
}

void print_option(const OptionWord& option) {
  print_indented(fmt::format("{} = {}: {}", option.key, text_of(option.standard), option.meaning),
                 8);
  if (!option.values.empty()) {
    print_indented(fmt::format("one of: {}", fmt::join(option.values, ", ")), 12);
  }
  if (option.least) print_indented(fmt::format("at least {}", text_of(*option.least)), 12);
  for (const UnsafeValue& value : option.unsafe) {
    print_indented(fmt::format("unsafe with {}: {}", text_of(value.value), value.anomaly), 12);
  }
}

void list_strategies() {
  fmt::print("Round trips are measured: R to Redis, D to PostgreSQL.\n\n");
  for (const StrategyEntry& entry : strategies()) {
    fmt::print("{}\n", entry.name);
    print_indented(entry.summary, 4);
    print_indented(
        entry.anomaly.empty() ? "claimed safe" : fmt::format("unsafe: {}", entry.anomaly), 4);
    const MeasuredCosts costs = measure_costs(entry, default_options(entry));
    print_indented(fmt::format("round trips: view {}, then {}; sale {}; refusal {}",
                               to_string(costs.first_view), to_string(costs.next_view),
                               to_string(costs.sale), to_string(costs.refusal)),
                   4);
    for (const OptionWord& option : entry.options) print_option(option);
  }
  fmt::print("\nEvery strategy takes these options too:\n");
  for (const OptionWord& option : decorator_options()) print_option(option);
  fmt::print("\nTaken together these must be asked for with unsafe = true, or cannot be:\n");
  for (const Combination& combination : combinations()) {
    print_indented(fmt::format("{}{}: {}", combination.options,
                               combination.possible ? "" : " (refused)", combination.anomaly),
                   4);
  }
}

void list_scenarios() {
  const std::vector<ScenarioFile> files = scenario_files();
  for (const ScenarioFile& file : files) {
    fmt::print("{}  ({})\n", terminal_safe(file.name), terminal_safe(file.path));
    const auto parsed = load_scenario(file.path, vocabulary());
    const auto* scenario = std::get_if<Scenario>(&parsed);
    print_indented(scenario != nullptr ? terminal_safe(scenario->description)
                                       : "has errors: `doorbuster validate` tells them",
                   4);
  }
  if (files.empty()) fmt::print("no scenario in ./scenarios\n");
}

}  // namespace

void add_list_command(CLI::App& app, int& code) {
  auto* command = app.add_subcommand("list", "What there is: strategies, scenarios or keys");
  auto what = std::make_shared<std::string>();
  command->add_option("what", *what, "strategies, scenarios or keys")
      ->check(CLI::IsMember({"strategies", "scenarios", "keys"}));
  command->callback([what, &code] {
    if (what->empty()) {
      code = complain("list what? `doorbuster list strategies`, scenarios or keys");
      return;
    }
    if (*what == "strategies") list_strategies();
    if (*what == "scenarios") list_scenarios();
    if (*what == "keys") fmt::print("{}", key_table(kWidth));
    code = kExitHolds;
  });
}

}  // namespace doorbuster
