// RealClock: the machine's steady clock as a run's Clock. All shards of a run are given one epoch,
// a value of steady_now(). Sleepers wait in one binary heap behind one Asio timer: 16 bytes each
// beside what waits, an order of n log n, and one that is taken back is forgotten at once. Wake-ups
// fall on multiples of `tick` since the epoch and release everything that is due in one batch,
// never earlier than asked; tick 0 wakes for each sleeper (measurement.md, Open load, has the
// prices). One thread, its loop's; destroy it after all its sleepers, and do not run the loop
// afterwards.
#pragma once

#include <boost/asio/basic_waitable_timer.hpp>
#include <cstddef>
#include <vector>

#include "base/clock.h"
#include "loop/event_loop.h"

namespace doorbuster {

class RealClock : public Clock {
 public:
  static constexpr Duration kUsualTick = 100us;

  RealClock(EventLoop& loop, Duration epoch, Duration tick = kUsualTick);
  ~RealClock() override;
  RealClock(const RealClock&) = delete;
  RealClock& operator=(const RealClock&) = delete;

  Instant now() const override { return Instant(steady_now() - epoch_); }
  void set(Alarm& alarm, Instant when) override;
  void unset(Alarm& alarm) override;

  std::size_t sleeping() const { return heap_.size(); }

 private:
  struct Entry {
    Instant when;
    Alarm* alarm;
  };
  using Timer =
      boost::asio::basic_waitable_timer<std::chrono::steady_clock,
                                        boost::asio::wait_traits<std::chrono::steady_clock>,
                                        EventLoop::Executor>;

  void place(std::size_t index, Entry entry);
  void sift_up(std::size_t index, Entry entry);
  void sift_down(std::size_t index, Entry entry);
  void arm();
  void release_due();

  Timer timer_;
  const Duration epoch_;
  const Duration tick_;
  Instant armed_for_ = kNever;
  bool releasing_ = false;
  std::vector<Entry> heap_;
};

}  // namespace doorbuster
