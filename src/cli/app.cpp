#include "cli/app.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <exception>

#include "cli/commands.h"
#include "cli/usage.h"
#include "report/escape.h"
#include "run/environment.h"

namespace doorbuster {
namespace {

constexpr const char* kDescription =
    "Which inventory strategy survives our flash sale? Doorbuster lets thousands of\n"
    "buyers rush each strategy over a real Redis and a real PostgreSQL, and the\n"
    "database's own order log says what was truly sold.";

constexpr const char* kFooter =
    "Begin with:\n"
    "  doorbuster run                    a first look on throwaway servers\n"
    "  doorbuster run flash-sale         six strategies, a rush on 500 units\n"
    "  doorbuster list strategies        what can be compared\n"
    "  doorbuster list keys              what a scenario file may say\n"
    "\n"
    "Exit codes: 0 holds, 1 broken (an oversell, a threshold), 2 undecided,\n"
    "3 usage or environment, 130 and 143 interrupted.";

}  // namespace

int complain(std::string_view sentence) {
  fmt::print(stderr, "doorbuster: {}\n", terminal_safe(sentence));
  return kExitUsage;
}

void warn(std::string_view sentence) {
  fmt::print(stderr, "warning: {}\n", terminal_safe(sentence));
}

int run_app(int argc, char** argv) try {
  CLI::App app(kDescription, "doorbuster");
  app.set_version_flag("--version", fmt::format("doorbuster {}", version()));
  app.require_subcommand(0, 1);
  app.formatter(help_formatter());  // before the subcommands, which inherit it
  int code = kExitHolds;
  add_run_command(app, code);
  add_validate_command(app, code);
  add_report_command(app, code);
  add_history_command(app, code);
  add_audit_command(app, code);
  add_compare_command(app, code);
  add_capacity_command(app, code);
  add_check_command(app, code);
  add_trend_command(app, code);
  add_list_command(app, code);
  add_sandbox_command(app, code);
  app.footer(kFooter);  // after the subcommands, which would inherit it
  if (const auto objection = objection_to_words(argc, argv)) return complain(*objection);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return app.exit(error);  // --help and --version
    return complain(usage_complaint(app, error));
  }
  if (app.get_subcommands().empty()) fmt::print("{}", app.help());
  if (std::fflush(stdout) != 0) {
    return complain(fmt::format("cannot write to stdout: {}", std::strerror(errno)));
  }
  return code;
} catch (const std::exception& exception) {
  return complain(fmt::format("unexpected: {}", exception.what()));
}

}  // namespace doorbuster
