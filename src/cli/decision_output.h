// Where check, trend and compare leave what they found: text or JSON on stdout, and all forms in a
// folder if one is named.
#pragma once

#include <string>

#include "base/outcome.h"

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

}  // namespace doorbuster
