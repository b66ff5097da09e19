#include "cli/live_view.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <utility>

namespace doorbuster {

void LiveFlags::add_options(CLI::App& command) {
  command.add_flag("--quiet", quiet, "no progress on stderr");
  command.add_option("--prometheus", prometheus,
                     "figures as it goes for Prometheus, on loopback: 127.0.0.1:9464");
}

Result<std::unique_ptr<LiveView>> LiveView::open(const LiveFlags& flags) {
  std::unique_ptr<LiveView> view(new LiveView(flags.quiet));
  if (flags.prometheus.empty()) return view;
  auto listening = LiveMetrics::listen(flags.prometheus);
  if (!listening) return listening.error();
  view->metrics_ = std::move(*listening);
  if (!flags.quiet) fmt::print(stderr, "metrics: {}\n", view->metrics_->url());
  return view;
}

RunObserver LiveView::observer() {
  RunObserver observer;
  observer.on_phase = [this](std::string_view what) { display_.phase(what); };
  observer.on_progress = [this](const RunObserver::Progress& progress) {
    display_.show(progress);
    if (metrics_) metrics_->show(progress_of(progress));
  };
  return observer;
}

}  // namespace doorbuster
