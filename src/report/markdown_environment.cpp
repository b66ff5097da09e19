#include <fmt/format.h>

#include "report/escape.h"
#include "report/markdown_parts.h"
#include "report/markdown_table.h"

namespace doorbuster {
namespace {

std::string in_words(const Fact& fact) {
  return std::visit(
      [](const auto& value) {
        if constexpr (std::is_same_v<std::decay_t<decltype(value)>, std::string>) {
          return markdown_safe(value);
        } else {
          return fmt::format("{}", value);
        }
      },
      fact);
}

void add(std::vector<std::vector<std::string>>& rows, const char* what, const Facts& facts) {
  for (const auto& [name, fact] : facts) {
    rows.push_back({what, markdown_safe(name), in_words(fact)});
  }
}

void add(std::vector<std::vector<std::string>>& rows, const char* what, const StoreInfo& store) {
  if (!store.version.empty()) rows.push_back({what, "version", markdown_safe(store.version)});
  if (store.rtt_us) {
    rows.push_back({what, "round trip", in_ms(spread({counted_figure(store.rtt_us, 1)})) + " ms"});
  }
  add(rows, what, store.settings);
}

}  // namespace

std::string environment_section(const RunResult& result) {
  std::vector<std::vector<std::string>> rows;
  add(rows, "host", result.environment.host);
  add(rows, "Redis", result.environment.redis);
  add(rows, "PostgreSQL", result.environment.postgres);
  rows.push_back({"stores", "throwaway", result.environment.throwaway ? "yes" : "no"});
  rows.push_back({"stores", "simulated", result.simulated ? "**yes**" : "no"});
  rows.push_back({"load", "model", markdown_safe(result.model)});
  rows.push_back({"harness", "shards", fmt::format("{}", result.shards)});
  rows.push_back({"harness", "version", markdown_safe(result.doorbuster_version)});
  rows.push_back(
      {"harness", "build",
       fmt::format("{} {} {}", markdown_safe(result.build.commit), markdown_safe(result.build.type),
                   markdown_safe(result.build.compiler))});
  return "\n## Environment\n\n" + markdown_table({"of", "what", "value"}, rows, 3);
}

std::string provenance_section(const RunResult& result) {
  std::vector<std::vector<std::string>> rows;
  for (const auto& [name, fact] : result.scenario.resolved) {
    rows.push_back({markdown_safe(name), in_words(fact)});
  }
  std::string seeds;
  for (const TrialResult& trial : result.trials) {
    seeds += fmt::format("{}{}", seeds.empty() ? "" : ", ", trial.seed);
  }
  const auto& replayed = result.scenario.trace_sha256;
  const std::string trace =
      replayed ? fmt::format(" Trace replayed: SHA-256 {}.", markdown_safe(*replayed)) : "";
  std::string text = fmt::format(
      "\n## Where this comes from\n\nRun {}, started {}. Scenario file {}, SHA-256 {}.{} Seeds of "
      "the trials: {}.\n",
      markdown_safe(result.run_id), markdown_safe(result.started_at),
      markdown_safe(result.scenario.file), markdown_safe(result.scenario.sha256), trace,
      seeds.empty() ? "none" : seeds);
  if (rows.empty()) return text;
  return text + "\n<details><summary>Every key of the scenario</summary>\n\n" +
         markdown_table({"key", "value"}, rows, 2) + "\n</details>\n";
}

}  // namespace doorbuster
