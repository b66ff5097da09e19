#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>

#include "cli/app.h"
#include "cli/commands.h"
#include "run/hold_sandbox.h"

namespace doorbuster {

void add_sandbox_command(CLI::App& app, int& code) {
  auto* command = app.add_subcommand("sandbox", "Throwaway Redis and PostgreSQL, until Ctrl-C");
  auto durable = std::make_shared<bool>(false);
  command->add_flag("--durable", *durable, "with fsync, and appendfsync always");
  command->callback([durable, &code] {
    const auto ended =
        hold_sandbox(*durable, [](const std::string& redis, const std::string& postgres) {
          fmt::print("REDIS_URL={}\nDATABASE_URL={}\n", redis, postgres);
          std::fflush(stdout);
          if (isatty(STDERR_FILENO) != 0) {
            fmt::print(stderr, "Ctrl-C stops both and removes all they wrote.\n");
          }
        });
    code = ended ? kExitHolds : complain(ended.error().message());
  });
}

}  // namespace doorbuster
