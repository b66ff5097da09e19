#include "loop/real_clock.h"

#include <algorithm>
#include <utility>

namespace doorbuster {
namespace {

constexpr Duration kFarthest = 365 * 24h;

}  // namespace

RealClock::RealClock(EventLoop& loop, Duration epoch, Duration tick)
    : timer_(loop.executor()), epoch_(epoch), tick_(tick) {
  CHECK(tick >= Duration::zero(), "a tick is not negative");
}

RealClock::~RealClock() { CHECK(heap_.empty(), "{} sleepers outlive their clock", heap_.size()); }

void RealClock::set(Alarm& alarm, Instant when) {
  heap_.emplace_back();
  sift_up(heap_.size() - 1, {when, &alarm});
  if (!releasing_ && when < armed_for_) arm();
}

void RealClock::unset(Alarm& alarm) {
  if (!alarm.is_set()) return;
  const std::size_t hole = std::exchange(place_of(alarm), kNowhere);
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
  place_of(*entry.alarm) = index;
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
    Alarm& alarm = *heap_.front().alarm;
    unset(alarm);
    alarm.ring();
  }
  releasing_ = false;
  arm();
}

}  // namespace doorbuster
