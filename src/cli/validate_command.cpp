#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "cli/app.h"
#include "cli/commands.h"
#include "cli/scenario_source.h"
#include "scenario/describe.h"

namespace doorbuster {

void add_validate_command(CLI::App& app, int& code) {
  auto* command = app.add_subcommand("validate", "Check a scenario, print it with every default");
  auto source = std::make_shared<ScenarioSource>();
  source->add_options(*command);
  command->callback([source, &code] {
    const auto scenario = source->load();
    code = scenario ? kExitHolds : kExitUsage;
    if (!scenario) return;
    fmt::print("{}", to_toml(*scenario));
    for (const StrategyChoice& choice : scenario->strategies) {
      for (const std::string& allowed : choice.allows) {
        fmt::print(stderr, "warning: {} is unsafe: {}\n", choice.name, allowed);
      }
    }
  });
}

}  // namespace doorbuster
