// The faults of one opening: when each begins and when it is over. Those on the way to the stores
// are rules with a window (store/trouble.h), which the wrappers of every shard look at; those of
// throwaway servers are the world's to bring about. The first shard conducts them all, from the
// opening until its buyers have left: a fault that is not over by then ends there, so that what
// comes after (draining, the truth) finds the servers. Any shard's thread may call; a coroutine
// belongs to the shard whose clock it is given.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/task_scope.h"
#include "history/fault.h"
#include "results/result.h"
#include "run/world.h"
#include "scenario/scenario.h"
#include "store/trouble.h"

namespace doorbuster {

// Why a scenario's faults cannot be, where servers are not doorbuster's own: one sentence.
struct OwnServers {
  bool redis = false;
  bool postgres = false;
  bool simulated = false;  // there are none at all
};
std::optional<std::string> objection_to(const std::vector<Fault>& faults, const OwnServers& own);

// As the wrappers take it; always in force.
TroubleRule rule_of(const Trouble& trouble);

class Faults {
 public:
  // Half sold is half of `units_on_sale`.
  Faults(std::vector<Fault> faults, Quantity units_on_sale);

  // Of those on the way to the stores, in the scenario's order; they point into this.
  std::vector<TroubleRule> rules() const;

  // When no connection to the database is to be handed out; likewise.
  std::vector<const StrikeWindow*> pool_freezes() const;

  bool any() const { return !all_.empty(); }
  // Of what Redis holds when the doors open.
  bool need_snapshot() const;
  // Once, before the doors open.
  void open(Instant opens);
  // Units that a shard's buyers were acknowledged, since it last said so.
  void sold(Quantity units) { sold_ += units; }
  // Some server is away, so that silence is no wonder.
  bool server_is_away() const { return servers_away_ > 0; }

  // Brings all about; ends when all are over, or soon after end(). What a server refuses is in
  // failure() then. World and clock outlive it.
  Task<Done> conduct(Clock* clock, World* world);
  void end() { ended_ = true; }
  std::string failure() const { return failure_; }  // REQUIRES: conduct() has ended

  // How often the rules struck on one shard: the last of `struck` are of rules(). After the run.
  void add_struck(const std::vector<std::int64_t>& struck);
  std::vector<FaultResult> results() const;
  std::vector<HistoryFault> in_history() const;  // with times since the opening

 private:
  struct Conducted {
    explicit Conducted(Fault given) : fault(std::move(given)) {}
    Fault fault;
    StrikeWindow window;  // of what truly happened, in the end
    std::int64_t struck = 0;
  };

  Task<Done> conduct_one(Clock* clock, World* world, Conducted* one);
  Task<Done> wait_until_it_begins(Clock* clock, Conducted* one);
  Task<Done> wait_until_it_is_over(Clock* clock, const Conducted* one);

  std::deque<Conducted> all_;
  const Quantity half_;
  Instant opens_{};
  std::atomic<Quantity> sold_ = 0;
  std::atomic<int> servers_away_ = 0;
  std::atomic<bool> ended_ = false;
  std::string failure_;
};

}  // namespace doorbuster
