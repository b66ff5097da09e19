#include "sim/virtual_clock.h"

#include <coroutine>

#include "base/suspended.h"

namespace doorbuster {
namespace {

class Sleep {
 public:
  Sleep(Scheduler& scheduler, int client, Instant when)
      : scheduler_(scheduler), client_(client), when_(when) {}
  Sleep(const Sleep&) = delete;
  Sleep& operator=(const Sleep&) = delete;
  ~Sleep() { scheduler_.cancel(parked_); }

  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> sleeper) {
    sleeper_ = Suspended(sleeper);
    if (when_ == kNever) return;
    parked_ = scheduler_.park(when_, client_, StepKind::sleep, "sleep", {&Sleep::wake, this, 0});
  }
  void await_resume() const noexcept {}

 private:
  static void wake(void* self, std::uint64_t) { static_cast<Sleep*>(self)->sleeper_.resume(); }

  Scheduler& scheduler_;
  int client_;
  Instant when_;
  Suspended sleeper_;
  Scheduler::StepId parked_;
};

}  // namespace

Task<Done> VirtualClock::sleep_until(Instant when) {
  if (when <= now()) co_return Done{};
  Sleep sleep(scheduler_, client_, when);
  co_await sleep;
  co_return Done{};
}

}  // namespace doorbuster
