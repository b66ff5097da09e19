#include "report/markdown.h"

#include <fmt/format.h>

#include "report/escape.h"
#include "report/markdown_parts.h"

namespace doorbuster {
namespace {

std::string bullets(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += "- " + line + "\n";
  return text.empty() ? "" : "\n" + text;
}

// Each section says again what kind of run it is of: sections are quoted alone. No word from
// outside begins a line with "#".
std::string with_marks(std::string text, const std::string& marks) {
  if (marks.empty()) return text;
  for (std::size_t at = text.find("\n## "); at != text.npos; at = text.find("\n## ", at + 1)) {
    text.insert(text.find('\n', at + 1), marks);
  }
  return text;
}

}  // namespace

std::string run_marks(const RunResult& result) {
  std::string text;
  if (result.simulated) text += " (simulated)";
  if (result.model == "closed") text += " (closed model)";
  return text;
}

std::string notes(const RunResult& result) {
  std::vector<std::string> lines;
  if (result.simulated) {
    lines.push_back(
        "**Simulated** stores in virtual time, with modelled service times: compare these figures "
        "with no real ones.");
  }
  if (result.model == "closed") {
    lines.push_back(
        "**Closed model**: each buyer begins anew when he is done, so a slow shop is asked less "
        "often, and latencies flatter it.");
  }
  if (result.interrupted) lines.push_back("**Interrupted**: trials are missing.");
  for (const TrialResult& trial : result.trials) {
    for (const std::string& reason : trial.reasons) {
      lines.push_back(fmt::format("{}, trial {}, {}: {}", markdown_safe(trial.strategy),
                                  trial.repetition, to_string(trial.validity),
                                  markdown_safe(reason)));
    }
  }
  for (const std::string& warning : result.warnings) lines.push_back(markdown_safe(warning));
  if (!result.environment.durability.empty()) {
    lines.push_back(fmt::format("{}{}", result.environment.throwaway ? "Throwaway servers. " : "",
                                markdown_safe(result.environment.durability)));
  }
  return bullets(lines);
}

std::string markdown_report(const RunResult& result) {
  const Summaries strategies = summarize(result);
  std::string text =
      fmt::format("# {}{}\n\n**Validity: {}. Verdict: {}.**\n", markdown_safe(result.scenario.name),
                  run_marks(result), to_string(result.validity), to_string(result.verdict));
  text += notes(result);
  if (strategies.empty()) text += "\nNo trial was finished.\n";
  text += promises_section(strategies);
  text += witnesses_section(result);
  text += answers_section(result);
  text += pictures_section(result);
  text += staleness_section(result);
  text += gates_section(result);
  text += unknown_section(result);
  text += thresholds_section(result);
  text += latency_section(strategies);
  text += cost_section(strategies);
  text += strategy_figures_section(result);
  text += counts_section(result);
  text += kinds_section(result);
  text += faults_section(result);
  text += errors_section(result);
  text += series_section(result);
  text += environment_section(result);
  text += provenance_section(result);
  return with_marks(std::move(text), run_marks(result));
}

}  // namespace doorbuster
