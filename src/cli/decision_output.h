// Where check, trend and compare leave what they found: text or JSON on stdout, and all forms in a
// folder if one is named. And what they ask of their flags alike.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/outcome.h"
#include "base/result.h"
#include "decide/figures.h"

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
};

class DecisionOutput {
 public:
  void add_options(CLI::App& command);

  // Prints, writes, and gives the exit code of the verdict, or kExitUsage where it cannot write.
  int give(const DecisionForms& forms, Verdict verdict) const;

 private:
  std::string out_;
  std::string format_ = "terminal";
};

int exit_code_of(Verdict verdict);

// The metrics of these names, or the default ones of the load's model where there are none.
Result<std::vector<Figure>> figures_named(const std::vector<std::string>& names,
                                          std::string_view load_model);

// Says all of them, a line each, and that they can be allowed; gives kExitUsage.
int refuse_differences(const std::vector<std::string>& differences);

}  // namespace doorbuster
