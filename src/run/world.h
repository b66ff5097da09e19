// A World is where trials happen: a Redis, a PostgreSQL and the shards that speak to them, real or
// simulated. What runs a trial does not know which. The order of a trial's calls:
//
//   connect()  stock(...)  on_every_shard(...) ...  disconnect()  truth()
//
// stock() may come again (after a warm-up), connected only where every operation was answered. One
// caller, one thread; on_every_shard() runs its work on each shard's own thread and returns when
// all have ended.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "history/ground_truth.h"
#include "measure/histogram.h"
#include "results/result.h"
#include "scenario/scenario.h"
#include "store/cache.h"
#include "store/database.h"
#include "store/trouble.h"

namespace doorbuster {

// One application instance: one thread, its own connections. Owned by the world.
struct Shard {
  int index;
  Cache& cache;
  Database& database;
  Clock& clock;
};

using ShardWork = std::function<Task<Done>(Shard)>;

// CPU time used since the world began; nothing where it cannot be known.
struct CpuUse {
  std::optional<Duration> harness;
  std::optional<Duration> redis;
  std::optional<Duration> postgres;
  std::optional<Duration> machine_busy;
  std::optional<Duration> machine_all;
};

class World {
 public:
  virtual ~World() = default;

  virtual bool simulated() const = 0;
  virtual int shards() const = 0;
  virtual Instant now() const = 0;

  // Lays out the shop, empties the cache of what is ours, and reads the stock back. Disconnected,
  // it first waits until nothing of ours is going on in the database.
  virtual Result<Done> stock(const Stocking& stocking) = 0;

  // Each shard's connections; nothing to do where they stand. An error names the store and what to
  // do.
  virtual Result<Done> connect() = 0;
  virtual Result<Done> on_every_shard(const ShardWork& work) = 0;
  virtual void disconnect() = 0;

  // What database statements waited for a connection, all shards, in the last on_every_shard().
  virtual Histogram pool_wait() const = 0;

  // Waits until nothing of ours is going on in the database, ends what will not end, and reads the
  // truth; `initial` is what stock() read back. REQUIRES: disconnected
  virtual Result<GroundTruth> truth() = 0;

  // Waits: a pause between trials. Ends early at an interrupt.
  virtual void rest(Duration pause) = 0;

  // A store that is not there any more, or not the one it was at the start: one sentence. Any
  // shard's thread may ask; it asks the machine, so once a second is enough.
  virtual std::optional<std::string> trouble() = 0;

  // Whether a store at the end is another than the one at the start (it was restarted).
  virtual bool stores_changed() = 0;

  // Of a world whose servers are its own. A fault's begin and end come from a thread of their own
  // and block; both are errors where the server does not do as told. Redis's snapshot is what
  // redis_restart with keeps = "snapshot" brings back.
  virtual Result<Done> take_snapshot() { return no_servers(); }
  virtual Result<Done> begin_fault(const ServerFault& /*fault*/) { return no_servers(); }
  virtual Result<Done> end_fault(const ServerFault& /*fault*/) { return no_servers(); }
  // While any of the windows holds, no connection to the database is handed out. They live until
  // others are given, or none. REQUIRES: connected
  virtual void freeze_pools(const std::vector<const StrikeWindow*>& /*windows*/) {}

  virtual CpuUse cpu() const = 0;
  virtual EnvironmentInfo environment() const = 0;

 private:
  static Error no_servers() { return invalid("there are no servers that a fault could happen to"); }
};

}  // namespace doorbuster
