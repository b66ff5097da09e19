// Which stores a command speaks to, and where it leaves its runs: shared by run and compare.
#pragma once

#include <string>

#include "run/runner.h"

namespace CLI {
class App;
}

namespace doorbuster {

class StoreFlags {
 public:
  void add_options(CLI::App& command);

  // A flag wins over the environment; the environment that users already have wins over throwaway
  // servers.
  RunSettings settings() const;

 private:
  RunSettings settings_;
  std::string out_{kDefaultResultsRoot};
};

}  // namespace doorbuster
