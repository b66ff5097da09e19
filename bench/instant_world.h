// A World in real time whose stores are this process's own memory: loops, clocks, shards and
// openings are those of a run against servers, and all that is left of a run's cost is the
// harness's own. A store answers at once, or after a time that is a timer of the shard. Stock never
// ends; there is no truth to read.
#pragma once

#include <cstdlib>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "loop/event_loop.h"
#include "loop/real_clock.h"
#include "run/opening.h"
#include "run/vocabulary.h"
#include "sandbox/process_cpu.h"
#include "scenario/parse.h"

namespace doorbuster {

class InstantDatabase final : public Database {
 public:
  InstantDatabase(Clock& clock, Duration takes) : clock_(clock), takes_(takes) {}

  Task<DatabaseReply> execute(DatabaseOperation operation) override {
    if (takes_ > Duration{}) {
      const Instant until = clock_.now() + takes_;
      (void)co_await clock_.sleep_until(until);
    }
    const bool known = std::holds_alternative<ReadStock>(operation) ||
                       std::holds_alternative<TakeIfAvailable>(operation);
    if (!known) co_return invalid("an instant database sells and shows, no more");
    if (std::holds_alternative<TakeIfAvailable>(operation)) ++version_;
    co_return DatabaseReply(std::optional(Stock{1'000'000, version_}));
  }

 private:
  Clock& clock_;
  const Duration takes_;
  Version version_ = 0;
};

class NoCache final : public Cache {
 public:
  Task<CacheReply> execute(CacheOperation) override { co_return invalid("there is no cache"); }
};

class InstantWorld final : public World {
 public:
  InstantWorld(const Scenario& scenario, Duration takes) {
    for (int i = 0; i < scenario.shards; ++i) {
      shards_.push_back(std::make_unique<Instance>(epoch_, scenario.load.pacing, takes));
    }
  }

  bool simulated() const override { return false; }
  int shards() const override { return static_cast<int>(shards_.size()); }
  Instant now() const override { return Instant(steady_now() - epoch_); }

  Result<Done> stock(const Stocking&) override { return Done{}; }
  Result<Done> connect() override { return Done{}; }
  Result<Done> on_every_shard(const ShardWork& work) override {
    const auto run = [&](std::size_t i) {
      Instance& shard = *shards_[i];
      (void)shard.loop.run_until_done(
          work({static_cast<int>(i), shard.cache, shard.database, shard.clock}));
    };
    std::vector<std::thread> threads;
    for (std::size_t i = 1; i < shards_.size(); ++i) threads.emplace_back(run, i);
    run(0);
    for (std::thread& thread : threads) thread.join();
    return Done{};
  }
  void disconnect() override {}
  Histogram pool_wait() const override { return {}; }
  Result<GroundTruth> truth() override { return invalid("there is no truth here"); }
  void rest(Duration) override {}
  std::optional<std::string> trouble() override { return std::nullopt; }
  bool stores_changed() override { return false; }
  CpuUse cpu() const override {
    CpuUse use;
    use.harness = own_cpu();
    return use;
  }
  EnvironmentInfo environment() const override { return {}; }

 private:
  struct Instance {
    Instance(Duration epoch, Duration tick, Duration takes)
        : clock(loop, epoch, tick), database(clock, takes) {}
    EventLoop loop;
    RealClock clock;
    NoCache cache;
    InstantDatabase database;
  };

  const Duration epoch_ = steady_now();
  std::vector<std::unique_ptr<Instance>> shards_;
};

// A benchmark has nobody to hand an error to.
inline Scenario scenario_from(std::string_view text) {
  const auto parsed = parse_scenario(text, "bench.toml", vocabulary());
  if (const auto* problems = std::get_if<std::vector<Problem>>(&parsed)) {
    CHECK(false, "{}", to_string(problems->front()));
  }
  return std::get<Scenario>(parsed);
}

// What was measured of one opening of the doors, history and all, as a run has it.
struct Measured {
  OpeningResult opening;
  Duration cpu;  // of this process: loops, and the thread that writes the history
  std::int64_t lost = 0;

  std::int64_t operations() const {
    const Tally& tally = opening.recorded.tally;
    return tally.views + tally.attempts;
  }
  double cpu_us_per_operation() const { return to_micros(cpu) / static_cast<double>(operations()); }
  double per_second() const {
    return static_cast<double>(operations()) / to_seconds(opening.lasted);
  }
  // Of views, where there are any; of purchases else.
  double lag_us(double percentile) const {
    const OperationHistograms& lag = opening.recorded.lag;
    return to_micros((lag.view.empty() ? lag.buy : lag.view).percentile(percentile));
  }
};

// The doors of the scenario's first strategy, opened once; with the history that it keeps of a
// trial, or none.
inline Measured open_once(const Scenario& scenario, Duration takes = {},
                          std::function<void(const OpeningProgress&)> on_progress = {},
                          bool keeps_history = true) {
  const auto folder =
      std::filesystem::temp_directory_path() / fmt::format("doorbuster-load-bench-{:x}", entropy());
  auto history = HistoryWriter::open(folder / "trial.dbh", {}, scenario.shards, {});
  CHECK(history.ok(), "{}", history.error().message());
  InstantWorld world(scenario, takes);
  const StrategyChoice& choice = scenario.strategies.front();
  const Stocking stocking;
  const Duration before = own_cpu();
  auto opened = open_the_doors({.scenario = scenario,
                                .load = scenario.load,
                                .strategy = *find_strategy(choice.strategy),
                                .options = choice.options,
                                .stocking = stocking,
                                .seed = scenario.seed,
                                .on_progress = std::move(on_progress),
                                .read_the_cache = false,
                                .history = keeps_history ? history->get() : nullptr},
                               world);
  CHECK(opened.ok(), "{}", opened.error().message());
  const HistoryReport report = (*history)->finish(nullptr);
  const Duration cpu = own_cpu() - before;
  std::filesystem::remove_all(folder);
  return {std::move(*opened), cpu, report.lost()};
}

}  // namespace doorbuster
