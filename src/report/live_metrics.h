// The figures of a run as it goes, for Prometheus: GET /metrics on loopback, in its exposition
// format. Only the trial that is under way is shown, under the labels strategy and trial; counters
// begin at zero with each. show() may be called by one thread, requests are answered by threads of
// the listener's own, which take no signals.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "report/progress.h"

namespace doorbuster {

class LiveMetrics {
 public:
  // "127.0.0.1:9464", "[::1]:9464", "localhost:9464" or "9464"; port 0: any that is free. An error,
  // one sentence, where it is another machine's address, or the port is taken.
  static Result<std::unique_ptr<LiveMetrics>> listen(std::string_view address);
  ~LiveMetrics();
  LiveMetrics(const LiveMetrics&) = delete;
  LiveMetrics& operator=(const LiveMetrics&) = delete;

  void show(const Progress& progress);
  const std::string& url() const { return url_; }  // "http://127.0.0.1:9464/metrics"

 private:
  struct Listener;
  LiveMetrics(std::unique_ptr<Listener> listener, std::string url);

  std::unique_ptr<Listener> listener_;
  std::string url_;
};

}  // namespace doorbuster
