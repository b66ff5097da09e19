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
    if (scenario) fmt::print("{}", to_toml(*scenario));
  });
}

}  // namespace doorbuster
