// What people see of runs while they go: progress on stderr, and figures for Prometheus where an
// address is given. Shared by run, compare and capacity, whose runs follow one another in one view.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "cli/console.h"
#include "report/live_metrics.h"

namespace CLI {
class App;
}

namespace doorbuster {

struct LiveFlags {
  bool quiet = false;
  std::string prometheus;  // the address; empty: nobody asks

  void add_options(CLI::App& command);
};

class LiveView {
 public:
  // An error: it cannot listen there.
  static Result<std::unique_ptr<LiveView>> open(const LiveFlags& flags);

  // Shows phases and progress. The view must outlive it.
  RunObserver observer();

  ProgressDisplay& display() { return display_; }

 private:
  explicit LiveView(bool quiet) : display_(quiet) {}

  ProgressDisplay display_;
  std::unique_ptr<LiveMetrics> metrics_;  // null: nobody asks
};

}  // namespace doorbuster
