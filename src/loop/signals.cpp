#include "loop/signals.h"

#include <csignal>
#include <utility>

namespace doorbuster {

Signals::Signals(EventLoop& loop, std::function<void(int, int)> on_signal)
    : set_(loop.executor(), SIGINT, SIGTERM), on_signal_(std::move(on_signal)) {
  wait();
}

Signals::~Signals() = default;

void Signals::wait() {
  set_.async_wait([this](const boost::system::error_code& error, int signal) {
    if (error) return;
    wait();
    on_signal_(signal, ++times_);
  });
}

}  // namespace doorbuster
