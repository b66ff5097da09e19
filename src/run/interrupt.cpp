#include "run/interrupt.h"

#include <atomic>
#include <csignal>

namespace doorbuster {
namespace {

std::atomic<int> signals_seen{0};
std::atomic<int> first_signal{0};
static_assert(std::atomic<int>::is_always_lock_free, "a signal handler may only touch such");

extern "C" void count_signal(int number) {
  int none = 0;
  first_signal.compare_exchange_strong(none, number);
  signals_seen.fetch_add(1);
}

}  // namespace

Interrupt::Interrupt() {
  signals_seen = 0;
  first_signal = 0;
  struct sigaction action = {};
  action.sa_handler = count_signal;
  action.sa_flags = SA_RESTART;
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
}

Interrupt::~Interrupt() {
  std::signal(SIGINT, SIG_DFL);
  std::signal(SIGTERM, SIG_DFL);
}

int Interrupt::times() { return signals_seen; }
int Interrupt::signal() { return first_signal; }

}  // namespace doorbuster
