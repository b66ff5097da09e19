// A simulated Redis and its clients. The server has one thread and serves commands in the order
// they were sent: a command travels, waits, is applied atomically, and its reply travels back. Any
// number of clients share one server. The scheduler outlives the server, the server its clients'
// last step. One thread.
#pragma once

#include <memory>

#include "base/completion.h"
#include "sim/redis_state.h"
#include "sim/scheduler.h"
#include "sim/service_model.h"
#include "sim/slab.h"
#include "store/cache.h"

namespace doorbuster {

struct CacheClient {
  int client = 0;      // as a Chooser and a trace name it
  Duration timeout{};  // of one command; zero: waits for ever
};

class SimulatedRedis {
 public:
  SimulatedRedis(Scheduler& scheduler, ServiceModel model = {}, std::uint64_t seed = 1);
  SimulatedRedis(const SimulatedRedis&) = delete;
  SimulatedRedis& operator=(const SimulatedRedis&) = delete;

  // Sends a command for a client. A command whose reply is late is applied all the same.
  Task<CacheReply> ask(CacheClient client, CacheOperation operation);

  // At once, as no client's command.
  Result<CacheReply> apply_now(const CacheOperation& operation);
  void clear() { state_.clear(); }

 private:
  struct Command {
    CacheOperation operation;
    int client = 0;
    Completer<CacheReply> completer;
    std::optional<Result<CacheReply>> reply;
    Scheduler::StepId timeout;
  };
  void apply(std::uint32_t id);
  void deliver(std::uint32_t id);
  void time_out(std::uint32_t id);
  Scheduler::StepId park(Instant due, StepKind kind, std::uint32_t id);

  Scheduler& scheduler_;
  ServiceModel model_;
  Random random_;
  RedisState state_;
  Slab<Command> commands_;
  Instant busy_until_ = kRunStart;
};

std::unique_ptr<Cache> simulated_cache(SimulatedRedis& server, CacheClient client = {});

}  // namespace doorbuster
