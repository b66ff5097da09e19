#include "report/live_metrics.h"

#include <fmt/format.h>
#include <prometheus/client_metric.h>
#include <prometheus/collectable.h>
#include <prometheus/exposer.h>
#include <prometheus/metric_family.h>
#include <pthread.h>
#include <signal.h>

#include <charconv>
#include <exception>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "report/escape.h"

namespace doorbuster {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

struct LiveCount {
  const char* name;
  const char* help;
  std::int64_t Snapshot::*of;
};
constexpr LiveCount kLiveCounters[] = {
    {"doorbuster_purchases_wanted_total", "Purchase intents called for by the schedule.",
     &Snapshot::arrived},
    {"doorbuster_purchases_ended_total", "Purchase intents that ended, in whatever way.",
     &Snapshot::resolved},
    {"doorbuster_purchases_sold_total", "Purchases that the shop said yes to.", &Snapshot::sold},
    {"doorbuster_purchases_sold_out_total", "Purchases that were told: no stock.",
     &Snapshot::sold_out},
    {"doorbuster_purchases_dropped_total", "Purchase intents for which the harness was too late.",
     &Snapshot::dropped},
    {"doorbuster_views_total", "Views answered.", &Snapshot::views},
    {"doorbuster_errors_total", "Purchases failed or unknown, and failed views.",
     &Snapshot::errors}};

class LiveFamilies : public prometheus::Collectable {
 public:
  void show(const Progress& progress) {
    const std::lock_guard lock(mutex_);
    progress_ = progress;
  }

  std::vector<MetricFamily> Collect() const override {
    const std::lock_guard lock(mutex_);
    std::vector<MetricFamily> families;
    if (!progress_) return families;
    const Snapshot& now = progress_->now;
    for (const LiveCount& each : kLiveCounters) {
      ClientMetric metric = labelled();
      metric.counter.value = static_cast<double>(now.*each.of);
      families.push_back({each.name, each.help, MetricType::Counter, {std::move(metric)}});
    }
    const auto gauge = [&](const char* name, const char* help, std::vector<ClientMetric> metrics) {
      families.push_back({name, help, MetricType::Gauge, std::move(metrics)});
    };
    gauge("doorbuster_buyers_in_flight", "Buyers who came and have not gone.",
          {gauged(now.in_flight)});
    gauge("doorbuster_trial_elapsed_seconds", "Since the doors opened.",
          {gauged(progress_->elapsed)});
    gauge("doorbuster_trial_planned_seconds", "Of arrivals.", {gauged(progress_->duration)});
    gauge("doorbuster_trials", "In this run.", {gauged(std::int64_t{progress_->trials})});
    if (now.stock_left) {
      gauge("doorbuster_stock_left_units", "By the database, as last seen.",
            {gauged(*now.stock_left)});
    }
    if (now.recent_p50 && now.recent_p99) {
      gauge("doorbuster_purchase_latency_recent_seconds",
            "Of the purchases scheduled in the last second that were answered.",
            {quantile("0.5", *now.recent_p50), quantile("0.99", *now.recent_p99)});
    }
    return families;
  }

 private:
  ClientMetric labelled() const {
    ClientMetric metric;
    metric.label = {{"strategy", terminal_safe(progress_->strategy)},
                    {"trial", fmt::format("{}", progress_->trial)}};
    return metric;
  }
  ClientMetric gauged(std::int64_t value) const {
    ClientMetric metric = labelled();
    metric.gauge.value = static_cast<double>(value);
    return metric;
  }
  ClientMetric gauged(Duration value) const {
    ClientMetric metric = labelled();
    metric.gauge.value = to_seconds(value);
    return metric;
  }
  ClientMetric quantile(const char* which, Duration value) const {
    ClientMetric metric = gauged(value);
    metric.label.push_back({"quantile", which});
    return metric;
  }

  mutable std::mutex mutex_;
  std::optional<Progress> progress_;
};

// "127.0.0.1" and "9464"; nothing for what is not on loopback, or no port.
std::optional<std::pair<std::string, int>> loopback_address(std::string_view address) {
  const std::size_t colon = address.rfind(':');
  std::string_view host = colon == address.npos ? "" : address.substr(0, colon);
  const std::string_view digits = colon == address.npos ? address : address.substr(colon + 1);
  if (host.empty() || host == "localhost") host = "127.0.0.1";
  if (host != "127.0.0.1" && host != "[::1]") return std::nullopt;
  int port = -1;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  if (port < 0 || port > 65535) return std::nullopt;
  return std::pair(std::string(host), port);
}

}  // namespace

struct LiveMetrics::Listener {
  std::shared_ptr<LiveFamilies> families = std::make_shared<LiveFamilies>();
  prometheus::Exposer exposer;

  explicit Listener(const std::string& address) : exposer(address, 1) {
    exposer.RegisterCollectable(families);
  }
};

LiveMetrics::LiveMetrics(std::unique_ptr<Listener> listener, std::string url)
    : listener_(std::move(listener)), url_(std::move(url)) {}
LiveMetrics::~LiveMetrics() = default;

Result<std::unique_ptr<LiveMetrics>> LiveMetrics::listen(std::string_view address) {
  const auto where = loopback_address(address);
  if (!where) {
    return invalid(
        fmt::format("--prometheus {}: name a port of this machine's loopback, as "
                    "127.0.0.1:9464",
                    terminal_safe(address)));
  }
  const std::string socket = fmt::format("{}:{}", where->first, where->second);
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);  // the listener's threads inherit it
  std::unique_ptr<Listener> listener;
  try {
    listener = std::make_unique<Listener>(socket);
  } catch (const std::exception&) {  // it says no reason
  }
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  if (!listener) {
    return system_error(fmt::format(
        "cannot listen for Prometheus on {}: is the port taken? 0 takes any that is free", socket));
  }
  const std::vector<int> ports = listener->exposer.GetListeningPorts();
  const std::string url = fmt::format("http://{}:{}/metrics", where->first,
                                      ports.empty() ? where->second : ports.front());
  return std::unique_ptr<LiveMetrics>(new LiveMetrics(std::move(listener), url));
}

void LiveMetrics::show(const Progress& progress) { listener_->families->show(progress); }

}  // namespace doorbuster
