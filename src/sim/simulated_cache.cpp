#include "sim/simulated_cache.h"

#include <algorithm>
#include <utility>

namespace doorbuster {
namespace {

class SimulatedCache : public Cache {
 public:
  SimulatedCache(SimulatedRedis& server, CacheClient client) : server_(server), client_(client) {}
  Task<CacheReply> execute(CacheOperation operation) override {
    return server_.ask(client_, operation);
  }

 private:
  SimulatedRedis& server_;
  CacheClient client_;
};

}  // namespace

SimulatedRedis::SimulatedRedis(Scheduler& scheduler, ServiceModel model, std::uint64_t seed)
    : scheduler_(scheduler), model_(model), random_(seed) {}

Scheduler::StepId SimulatedRedis::park(Instant due, StepKind kind, std::uint32_t id) {
  const Command& command = commands_[id];
  const auto run = [](void* self, std::uint64_t what) {
    auto& server = *static_cast<SimulatedRedis*>(self);
    const auto which = static_cast<std::uint32_t>(what);
    switch (static_cast<StepKind>(what >> 32)) {
      case StepKind::apply:
        return server.apply(which);
      case StepKind::timeout:
        return server.time_out(which);
      default:
        return server.deliver(which);
    }
  };
  return scheduler_.park(due, command.client, kind, name_of(command.operation),
                         {run, this, std::uint64_t{static_cast<unsigned char>(kind)} << 32 | id});
}

Task<CacheReply> SimulatedRedis::ask(CacheClient client, CacheOperation operation) {
  Completion<CacheReply> answer;
  Command asked;
  asked.operation = operation;
  asked.client = client.client;
  asked.completer = answer.completer();
  const std::uint32_t id = commands_.insert(std::move(asked));

  // One thread, and the same way for all: commands are served in the order in which they are sent,
  // so when this one will be is known now.
  const Instant arrived = scheduler_.now() + model_.one_way();
  busy_until_ = std::max(busy_until_, arrived) + model_.draw(model_.redis_service, random_);
  Instant due = busy_until_;
  if (model_.fused) due += model_.one_way();
  park(due, model_.fused ? StepKind::deliver : StepKind::apply, id);

  const Instant replied = busy_until_ + model_.one_way();
  const Instant deadline = scheduler_.now() + client.timeout;
  const bool may_be_late = !scheduler_.first_due() || replied > deadline;
  if (client.timeout > Duration{} && may_be_late) {
    commands_[id].timeout = park(deadline, StepKind::timeout, id);
  }
  co_return co_await answer;
}

void SimulatedRedis::apply(std::uint32_t id) {
  Command& command = commands_[id];
  command.reply.emplace(state_.apply(command.operation, scheduler_.now()));
  park(scheduler_.now() + model_.one_way(), StepKind::deliver, id);
}

void SimulatedRedis::deliver(std::uint32_t id) {
  if (!commands_[id].reply) {
    commands_[id].reply.emplace(state_.apply(commands_[id].operation, scheduler_.now()));
  }
  Command command = commands_.take(id);
  scheduler_.cancel(command.timeout);
  command.completer.complete(*std::move(command.reply));
}

void SimulatedRedis::time_out(std::uint32_t id) {
  // The slot stays until its reply is delivered, to nobody.
  Completer<CacheReply> completer = std::move(commands_[id].completer);
  const CacheOperation& operation = commands_[id].operation;
  completer.complete(Error(Store::redis, Cause::timed_out, access_of(operation) == Access::read, "",
                           fmt::format("{} got no reply in time", name_of(operation))));
}

Result<CacheReply> SimulatedRedis::apply_now(const CacheOperation& operation) {
  return state_.apply(operation, scheduler_.now());
}

std::unique_ptr<Cache> simulated_cache(SimulatedRedis& server, CacheClient client) {
  return std::make_unique<SimulatedCache>(server, client);
}

}  // namespace doorbuster
