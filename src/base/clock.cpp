#include "base/clock.h"

#include <coroutine>

#include "base/suspended.h"

namespace doorbuster {
namespace {

// Lives in the frame of sleep_until().
class Sleeper final : public Alarm {
 public:
  Sleeper(Clock& clock, Instant when) : clock_(clock), when_(when) {}
  ~Sleeper() override { clock_.unset(*this); }

  bool await_ready() const { return when_ <= clock_.now(); }
  void await_suspend(std::coroutine_handle<> handle) {
    waiting_ = Suspended(handle);
    clock_.set(*this, when_);
  }
  void await_resume() const {}

  void ring() override { waiting_.resume(); }

 private:
  Clock& clock_;
  const Instant when_;
  Suspended waiting_;
};

}  // namespace

Task<Done> Clock::sleep_until(Instant when) {
  Sleeper sleeper(*this, when);
  co_await sleeper;
  co_return Done{};
}

}  // namespace doorbuster
