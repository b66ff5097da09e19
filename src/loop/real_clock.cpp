#include "loop/real_clock.h"

#include <algorithm>
#include <coroutine>
#include <utility>

#include "base/suspended.h"

namespace doorbuster {
namespace {

constexpr Duration kFarthest = 365 * 24h;

}  // namespace

// Lives in the frame of sleep_until(); knows its place in the heap, so that its end can take it
// out.
class RealClock::Sleeper {
 public:
  Sleeper(RealClock& clock, Instant when) : clock_(clock), when_(when) {}
  Sleeper(const Sleeper&) = delete;
  Sleeper& operator=(const Sleeper&) = delete;
  ~Sleeper() {
    if (index != kNowhere) clock_.remove(*this);
  }

  bool await_ready() const { return when_ <= clock_.now(); }
  void await_suspend(std::coroutine_handle<> handle) {
    waiting = Suspended(handle);
    clock_.add(*this);
  }
  void await_resume() const {}

  Instant when() const { return when_; }

  static constexpr std::size_t kNowhere = static_cast<std::size_t>(-1);
  Suspended waiting;
  std::size_t index = kNowhere;

 private:
  RealClock& clock_;
  const Instant when_;
};

RealClock::RealClock(EventLoop& loop, Duration epoch, Duration tick)
    : timer_(loop.executor()), epoch_(epoch), tick_(tick) {
  CHECK(tick >= Duration::zero(), "a tick is not negative");
}

RealClock::~RealClock() { CHECK(heap_.empty(), "{} sleepers outlive their clock", heap_.size()); }

Task<Done> RealClock::sleep_until(Instant when) {
  Sleeper sleeper(*this, when);
  co_await sleeper;
  co_return Done{};
}

void RealClock::add(Sleeper& sleeper) {
  heap_.emplace_back();
  sift_up(heap_.size() - 1, {sleeper.when(), &sleeper});
  if (!releasing_ && sleeper.when() < armed_for_) arm();
}

void RealClock::remove(Sleeper& sleeper) {
  const std::size_t hole = std::exchange(sleeper.index, Sleeper::kNowhere);
  const Entry last = heap_.back();
  heap_.pop_back();
  if (hole == heap_.size()) return;
  if (hole > 0 && last.when < heap_[(hole - 1) / 2].when) {
    sift_up(hole, last);
  } else {
    sift_down(hole, last);
  }
  // The timer may now be early; it then finds nobody due and is set again.
}

void RealClock::place(std::size_t index, Entry entry) {
  heap_[index] = entry;
  entry.sleeper->index = index;
}

void RealClock::sift_up(std::size_t index, Entry entry) {
  while (index > 0) {
    const std::size_t parent = (index - 1) / 2;
    if (heap_[parent].when <= entry.when) break;
    place(index, heap_[parent]);
    index = parent;
  }
  place(index, entry);
}

void RealClock::sift_down(std::size_t index, Entry entry) {
  for (;;) {
    std::size_t child = 2 * index + 1;
    if (child >= heap_.size()) break;
    if (child + 1 < heap_.size() && heap_[child + 1].when < heap_[child].when) ++child;
    if (entry.when <= heap_[child].when) break;
    place(index, heap_[child]);
    index = child;
  }
  place(index, entry);
}

void RealClock::arm() {
  if (heap_.empty()) {
    armed_for_ = kNever;
    return;
  }
  // A sleeper may wait for ever: a timer that is early finds nobody due and is set again.
  Duration due = std::min<Duration>(since_start(heap_.front().when), kFarthest);
  if (tick_ > Duration::zero()) {
    const Duration into_tick = due % tick_;
    if (into_tick > Duration::zero()) due += tick_ - into_tick;
  }
  armed_for_ = Instant(due);
  timer_.expires_at(std::chrono::steady_clock::time_point(epoch_ + due));
  timer_.async_wait([this](const boost::system::error_code& error) {
    if (!error) release_due();
  });
}

void RealClock::release_due() {
  const Instant present = now();
  releasing_ = true;
  while (!heap_.empty() && heap_.front().when <= present) {
    Sleeper& sleeper = *heap_.front().sleeper;
    remove(sleeper);
    sleeper.waiting.resume();
  }
  releasing_ = false;
  arm();
}

}  // namespace doorbuster
