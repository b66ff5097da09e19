// What is looked at while a shard's buyers are in: whether the harness itself stood still, whether
// a store went silent, whether a threshold that ends the run is broken, and what the live view and
// the series want to know. It changes nothing but the doors, which it closes with the reason.
//
// One thread: that of its shard. It owns nothing that it is given; all must outlive it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/task.h"
#include "base/time.h"
#include "measure/recorder.h"
#include "run/doors.h"
#include "run/opening.h"
#include "run/shard_shop.h"
#include "run/silence.h"
#include "run/world.h"

namespace doorbuster {

class ShardWatch {
 public:
  // `opens`: when the first buyers may come, on the shard's clock.
  ShardWatch(const OpeningPlan& plan, World& world, Shard shard, ShardShop& shop, Doors& doors,
             Recorder& recorder, Instant opens);

  // One look; `due` is when the shard should have woken for it. A snapshot is taken once a second.
  void glance(Instant due);

  // From here on a standstill disturbs nobody.
  void buyers_left() { buyers_left_ = true; }

  // The first shard's: samples the stock left once a second, until it is destroyed. Apart from
  // glance(), which must not wait for a database that does not answer.
  Task<Done> follow_the_stock();

  // The longest standstill while buyers were in.
  const Disturbance& disturbance() const { return disturbance_; }

 private:
  void notice_a_standstill(Instant due);
  void tell_what_happened();
  void take_snapshot();
  std::optional<std::string> find_trouble();
  void check_abort_thresholds(Instant now);
  Task<Done> sample_the_stock();

  const OpeningPlan& plan_;
  World& world_;
  Shard shard_;
  ShardShop& shop_;
  Doors& doors_;
  Recorder& recorder_;
  Instant opens_;
  Instant next_snapshot_;
  Quantity told_sold_ = 0;
  std::int64_t told_asked_ = 0;
  Disturbance disturbance_;
  Silence cache_silence_;
  Silence database_silence_;
  bool buyers_left_ = false;
};

}  // namespace doorbuster
