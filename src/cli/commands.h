// One function a subcommand: it adds its options to the program and leaves its exit code in `code`
// when it was chosen. Each stands in a file of its own, NAME_command.cpp.
#pragma once

namespace CLI {
class App;
}

namespace doorbuster {

void add_run_command(CLI::App& app, int& code);
void add_validate_command(CLI::App& app, int& code);
void add_report_command(CLI::App& app, int& code);
void add_history_command(CLI::App& app, int& code);
void add_audit_command(CLI::App& app, int& code);
void add_compare_command(CLI::App& app, int& code);
void add_capacity_command(CLI::App& app, int& code);
void add_check_command(CLI::App& app, int& code);
void add_trend_command(CLI::App& app, int& code);
void add_list_command(CLI::App& app, int& code);
void add_sandbox_command(CLI::App& app, int& code);

}  // namespace doorbuster
