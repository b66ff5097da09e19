#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <new>

#include "audit/judge_file.h"
#include "cli/app.h"
#include "cli/commands.h"
#include "cli/console.h"
#include "history/history_csv.h"
#include "history/history_file.h"
#include "report/audit_text.h"
#include "report/escape.h"
#include "results/audit_json.h"
#include "results/history_files.h"
#include "scenario/nearest.h"

namespace doorbuster {
namespace {

struct AuditFlags {
  std::string folder;
  std::string trial;
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

// A file that cannot be read comes first, then one that is broken, whatever else is undecided.
int worse(int a, int b) {
  if (a == kExitUsage || b == kExitUsage) return kExitUsage;
  if (a == kExitBroken || b == kExitBroken) return kExitBroken;
  return std::max(a, b);
}

// How much memory judging takes is known only when it is not there.
int too_large(std::string_view what) {
  return complain(
      fmt::format("{}: there is too little memory to judge this history: judge it on a machine "
                  "that has more",
                  what));
}

void tell(const HistoryVerdict& verdict, std::string_view trial, const HistoryGaps& gaps,
          const AuditFlags& flags) {
  if (flags.json) {
    fmt::print("{}", audit_json(verdict, trial, gaps));
    return;
  }
  if (!trial.empty()) fmt::print("{}\n", terminal_safe(trial));
  fmt::print("{}", audit_text(verdict, terminal_style()));
}

JudgeOptions options_of(const AuditFlags& flags) {
  JudgeOptions options;
  options.properties = flags.properties;
  return options;
}

int audit_csv(const AuditFlags& flags) try {
  const auto history = read_history_csv(flags.csv);
  if (!history) return complain(history.error().message());
  HistoryVerdict verdict = judge_history(*history, options_of(flags));
  add_surroundings(*history, verdict);
  tell(verdict, "", {}, flags);
  return exit_code(verdict.verdict);
} catch (const std::bad_alloc&) {
  return too_large(flags.csv);
}

// A history that was cut off has no ground truth: then nothing can be said.
int nothing_to_judge(const HistoryFile& file, HistoryGaps gaps, const AuditFlags& flags) {
  warn(gaps.not_judged);
  HistoryVerdict verdict = nothing_judged(options_of(flags), gaps.not_judged);
  verdict.operations = file.operations();
  if (flags.json) fmt::print("{}", audit_json(verdict, trial_of(file.path()), gaps));
  return kExitUndecided;
}

int judge_one(const HistoryFile& file, const AuditFlags& flags) {
  HistoryGaps gaps;
  if (file.end()) {
    gaps.purchases = file.end()->dropped;
    gaps.views = file.end()->views_dropped + file.end()->views_left_out;
  }
  if (file.damage()) {
    gaps.not_judged = *file.damage();
    return nothing_to_judge(file, std::move(gaps), flags);
  }
  auto judged = judge_file(file, options_of(flags));
  if (!judged) {
    gaps.not_judged = judged.error().message();
    return nothing_to_judge(file, std::move(gaps), flags);
  }
  if (gaps.purchases > 0) {
    warn(
        fmt::format("{}: {} purchases are missing, for the disk was too slow: what they may "
                    "explain is undecided",
                    file.path().string(), gaps.purchases));
  }
  HistoryVerdict& verdict = judged->verdict;
  leave_open_without_views(verdict, gaps.views);
  leave_open_without_purchases(verdict, gaps.purchases);
  if (!flags.json) {
    if (const auto added = add_surroundings(file, *judged); !added) {
      return complain(added.error().message());
    }
  }
  tell(verdict, trial_of(file.path()), gaps, flags);
  return exit_code(verdict.verdict);
}

int audit_one(const std::filesystem::path& path, const AuditFlags& flags) try {
  const auto file = HistoryFile::open(path);
  if (!file) return complain(file.error().message());
  return judge_one(*file, flags);
} catch (const std::bad_alloc&) {
  return too_large(path.string());
}

int audit_folder(const AuditFlags& flags) {
  const auto files = find_histories(flags.folder, flags.trial);
  if (!files) return complain(files.error().message());
  int code = kExitHolds;
  for (const auto& file : *files) {
    if (file != files->front() && !flags.json) fmt::print("\n");
    code = worse(code, audit_one(file, flags));
  }
  return code;
}

int audit(const AuditFlags& flags) {
  const std::vector<std::string> known = property_names();
  for (const std::string& name : flags.properties) {
    if (std::ranges::count(known, name) > 0) continue;
    const std::string otherwise = fmt::format("; known are {}", fmt::join(known, ", "));
    return complain(
        fmt::format("unknown property '{}'{}", name, did_you_mean(name, known, otherwise)));
  }
  return flags.csv.empty() ? audit_folder(flags) : audit_csv(flags);
}

}  // namespace

void add_audit_command(CLI::App& app, int& code) {
  auto* command = app.add_subcommand("audit", "Judge a saved history again, with no store");
  auto flags = std::make_shared<AuditFlags>();
  auto* where = command->add_option_group("history");
  where->add_option("dir", flags->folder, "a run's folder, or one history (.dbh)");
  where->add_option(
      "--csv", flags->csv,
      "a folder with items.csv, operations.csv, stock_log.csv, orders.csv and, if any, "
      "run.csv, gates.csv, reservations.csv, gate_log.csv, faults.csv");
  where->require_option(1);
  command->add_option("--trial", flags->trial, "the one, as cache-aside.1")->excludes("--csv");
  command->add_option("--property", flags->properties, "judge this one only; may be repeated")
      ->take_all()
      ->expected(1);
  command->add_flag("--json", flags->json, "the verdicts as JSON on stdout, a line a trial");
  command->callback([flags, &code] { code = audit(*flags); });
}

}  // namespace doorbuster
