// The shop of one shard while the doors are open: its strategy, over stores that are counted, with
// trouble on the way to them.
#pragma once

#include <memory>

#include "run/opening.h"
#include "store/counting.h"
#include "store/gate_watch.h"
#include "store/return_watch.h"

namespace doorbuster {

struct ShardShop {
  static constexpr std::uint64_t kStrategyStream = 4;
  static constexpr std::uint64_t kTroubleStream = 10;

  ShardShop(const OpeningPlan& plan, const Shard& shard, int shards)
      : chance(stream_seed(plan.seed, kTroubleStream, static_cast<std::uint64_t>(shard.index))),
        troubled_cache(shard.cache, plan.troubles, shard.clock, chance),
        troubled_database(shard.database, plan.troubles, shard.clock, chance),
        returns(troubled_database, shard.clock),
        gates(troubled_cache, shard.clock, plan.history != nullptr),
        cache(gates),
        database(returns),
        random(stream_seed(plan.seed, kStrategyStream, static_cast<std::uint64_t>(shard.index))),
        strategy(make_strategy(plan.strategy,
                               Stores{cache, database, shard.clock, random, figures, shards},
                               plan.options)) {
    trouble(false);
  }

  void trouble(bool on) {
    troubled_cache.turn_off(!on);
    troubled_database.turn_off(!on);
  }
  // Tasks of the scope that trouble struck dead.
  std::int64_t deaths(const TaskScope& scope) const {
    return troubled_cache.deaths(scope) + troubled_database.deaths(scope);
  }

  Random chance;
  TroubledCache troubled_cache;
  TroubledDatabase troubled_database;
  ReturnWatch returns;
  GateWatch gates;
  CountingCache cache;
  CountingDatabase database;
  Random random;
  StrategyFigures figures;
  std::unique_ptr<Strategy> strategy;
};

}  // namespace doorbuster
