#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>

#include "audit/judge_history.h"
#include "cli/app.h"
#include "cli/commands.h"
#include "cli/console.h"
#include "history/history_csv.h"
#include "report/audit_text.h"
#include "results/audit_json.h"
#include "scenario/nearest.h"

namespace doorbuster {
namespace {

struct AuditFlags {
  std::string csv;
  std::vector<std::string> properties;
  bool json = false;
};

int exit_code(Verdict verdict) {
  switch (verdict) {
    case Verdict::holds:
      return kExitHolds;
    case Verdict::broken:
      return kExitBroken;
    case Verdict::undecided:
      break;
  }
  return kExitUndecided;
}

int audit_csv(const AuditFlags& flags) {
  const std::vector<std::string> known = property_names();
  for (const std::string& name : flags.properties) {
    if (std::ranges::count(known, name) > 0) continue;
    const std::string otherwise = fmt::format("; known are {}", fmt::join(known, ", "));
    return complain(
        fmt::format("unknown property '{}'{}", name, did_you_mean(name, known, otherwise)));
  }
  const auto history = read_history_csv(flags.csv);
  if (!history) return complain(history.error().message());
  JudgeOptions options;
  options.properties = flags.properties;
  const HistoryVerdict verdict = judge_history(*history, options);
  fmt::print("{}",
             flags.json ? audit_json(verdict) : audit_text(*history, verdict, terminal_style()));
  return exit_code(verdict.verdict);
}

}  // namespace

void add_audit_command(CLI::App& app, int& code) {
  auto* command = app.add_subcommand("audit", "Judge a saved history again, with no store");
  auto flags = std::make_shared<AuditFlags>();
  command
      ->add_option("--csv", flags->csv,
                   "a folder with items.csv, operations.csv, stock_log.csv and orders.csv")
      ->required();
  command->add_option("--property", flags->properties, "judge this one only; may be repeated")
      ->take_all()
      ->expected(1);
  command->add_flag("--json", flags->json, "the verdicts as JSON on stdout");
  command->callback([flags, &code] { code = audit_csv(*flags); });
}

}  // namespace doorbuster
