// Where check, trend and compare leave what they found: text or JSON on stdout, and all forms in a
// folder if one is named. And what they ask of their flags alike.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/outcome.h"
#include "base/result.h"
#include "decide/figures.h"
#include "results/capacity.h"
#include "results/comparison.h"
#include "results/folder.h"
#include "results/sweep.h"

namespace CLI {
class App;
}

namespace doorbuster {

struct DecisionForms {
  std::string name;  // of the files: "check"
  std::string json;
  std::string markdown;
  std::string junit;  // "": there is none
  std::string terminal;
  std::string html = {};  // "": there is none
};

// Of what is left in a run's folder: JSON, Markdown and a page.
DecisionForms forms_of(const ComparisonResult& comparison);
DecisionForms forms_of(const SweepResult& sweep);
DecisionForms forms_of(const CapacityResult& capacity);

// "comparison.json" and its like. What could not be written, or "".
std::string save_decision(const std::filesystem::path& folder, const DecisionForms& forms);

// The decisions that a folder holds, the one that was asked for first: a sweep stands beside its
// last comparison, a comparison by capacity beside its last search. Errors: one that cannot be
// read, and where.
Result<std::vector<DecisionForms>> decisions_in(const std::filesystem::path& folder);

// All but the JSON, which may hold what this version does not know. What could not be written, or
// "".
std::string save_pages(const std::filesystem::path& folder, const DecisionForms& forms);

class DecisionOutput {
 public:
  void add_options(CLI::App& command);

  // Prints, writes, and gives the exit code of the verdict, or kExitUsage where it cannot write.
  int give(const DecisionForms& forms, Verdict verdict) const;

 private:
  std::string out_;
  std::string format_ = "terminal";
};

// What check and trend ask alike: which change of what is one.
struct ChangeFlags {
  std::vector<std::string> metrics;
  double level_percent = 5;
  double threshold_percent = 5;
  bool allow_different = false;
  DecisionOutput output;

  void add_options(CLI::App& command);
};

int exit_code_of(Verdict verdict);

// The metrics of these names, or the default ones of the load's model where there are none.
Result<std::vector<Figure>> figures_named(const std::vector<std::string>& names,
                                          std::string_view load_model);

// Says all of them, a line each, and that they can be allowed; gives kExitUsage.
int refuse_differences(const std::vector<std::string>& differences);

}  // namespace doorbuster
