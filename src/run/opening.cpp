#include "run/opening.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <memory>
#include <mutex>

#include "run/interrupt.h"
#include "run/shard_shop.h"
#include "run/share.h"

namespace doorbuster {
namespace {

constexpr Duration kUntilTheDoorsOpen = 20ms;  // so that every shard is ready when they do
constexpr Duration kGlance = 50ms;             // how soon a signal or an abort is noticed
constexpr Duration kSnapshotEvery = 1s;
constexpr Duration kDrainOnceStopped = 2s;  // for what is in flight; thoughts are not waited for
constexpr std::size_t kMostProductsSampled = 16;  // for the series' stock left, once a second

// What the metrics of abort thresholds are read from.
struct ShardFigures {
  Tally tally;
  OperationHistograms latency;
  OperationHistograms lag;
};

// What all shards see of each other while the doors are open.
class Common {
 public:
  explicit Common(std::size_t shards) : board(shards), figures_(shards) {}

  // True: the last shard's for this second, so that all are of one time.
  bool publish(std::size_t shard, const Recorder& recorder) {
    auto copy = std::make_unique<ShardFigures>(
        ShardFigures{recorder.tally, recorder.latency, recorder.lag});
    const std::lock_guard lock(mutex_);
    figures_[shard] = std::move(copy);
    return ++published_ % figures_.size() == 0;
  }
  // Of all shards, as last published.
  Recorder merged_figures() const {
    Recorder merged;
    const std::lock_guard lock(mutex_);
    for (const auto& figures : figures_) {
      if (!figures) continue;
      merged.tally.merge(figures->tally);
      merged.latency.merge(figures->latency);
      merged.lag.merge(figures->lag);
    }
    return merged;
  }

  void stop(std::string why) {
    const std::lock_guard lock(mutex_);
    if (!stopped) why_ = std::move(why);
    stopped = true;
  }
  void store_is_gone(std::string what) {
    stop(what);
    const std::lock_guard lock(mutex_);
    trouble_ = std::move(what);
  }
  void abort(const Threshold& threshold, const MetricValue& measured) {
    stop(fmt::format("the threshold {} ended it", threshold.expression));
    const std::lock_guard lock(mutex_);
    if (!aborted_by_) aborted_by_ = {threshold.expression, measured};
  }
  std::string why() const {
    const std::lock_guard lock(mutex_);
    return why_;
  }
  std::optional<BrokenThreshold> aborted_by() const {
    const std::lock_guard lock(mutex_);
    return aborted_by_;
  }
  std::optional<std::string> trouble() const {
    const std::lock_guard lock(mutex_);
    return trouble_;
  }

  SnapshotBoard board;
  std::atomic<bool> stopped = false;

 private:
  mutable std::mutex mutex_;
  std::string why_;
  std::optional<std::string> trouble_;
  std::optional<BrokenThreshold> aborted_by_;
  std::vector<std::unique_ptr<ShardFigures>> figures_;
  std::size_t published_ = 0;
};

// Operations that nobody answered: an error with a name is an answer.
std::int64_t unanswered(const ErrorCounts& errors) {
  std::int64_t sum = 0;
  for (const ErrorCount& error : errors.most_frequent_first()) {
    const bool silent = error.cause == Cause::timed_out || error.cause == Cause::connection_lost ||
                        error.cause == Cause::not_connected;
    if (silent) sum += error.count;
  }
  return sum;
}

// Sees a store that stopped answering: no operation got an answer, second after second.
class Silence {
 public:
  // The counts so far. True: the store is given up.
  bool lasts(std::int64_t operations, std::int64_t errors) {
    const std::int64_t asked = operations - operations_;
    const std::int64_t failed = errors - errors_;
    operations_ = operations;
    errors_ = errors;
    if (asked > 0) seconds_ = failed >= asked ? seconds_ + 1 : 0;
    return seconds_ >= kGivenUpAfter;
  }

 private:
  static constexpr int kGivenUpAfter = 5;
  std::int64_t operations_ = 0;
  std::int64_t errors_ = 0;
  int seconds_ = 0;
};

// What the cache shows at rest, by product.
struct Shown {
  std::vector<std::optional<Quantity>> cached;
  std::vector<std::optional<GateAccount>> gates;
};

// One shard's part of an opening.
class ShardOpening {
 public:
  ShardOpening(const OpeningPlan& plan, World& world, Shard shard, ShardShop& shop, Common& common,
               Instant opens)
      : plan_(plan),
        world_(world),
        shard_(shard),
        common_(common),
        opens_(opens),
        shop_(shop),
        cache_(shop.cache),
        database_(shop.database),
        strategy_(*shop.strategy),
        products_(plan.scenario.shop, plan.scenario.buyers.choice),
        recorder_(opens),
        crowd_(Floor{strategy_, shard.clock, plan.scenario.buyers, products_, plan.seed, recorder_,
                     history_},
               plan.load, {shard.index, world.shards()},
               share_of(plan.scenario.limits.buyers_in_flight, shard.index, world.shards()),
               [&shop](const TaskScope& buyers) { return shop.deaths(buyers); }) {
    recorder_.kinds.resize(kinds_of(plan.scenario.buyers));
  }

  Task<Done> run() {
    TaskScope watch;
    watch.spawn(keep_watch());
    watch.spawn(watch_the_stock());
    shop_.trouble(true);
    watch.spawn(strategy_.background());
    (void)co_await crowd_.let_in(opens_);
    arrivals_ended_ = shard_.clock.now();
    (void)co_await crowd_.wait_until_empty(arrivals_ended_ + plan_.scenario.limits.drain);
    shop_.trouble(false);
    cut_short();
    ended_ = shard_.clock.now();
    if (Interrupt::times() < 2) (void)co_await strategy_.drain();
    co_return Done{};
  }

  // What the cache and the gate show; an error when it cannot be told. REQUIRES: every shard has
  // run
  Task<Shown> read_the_cache() {
    Shown shown;
    for (const Product& product : plan_.scenario.shop.products) {
      if (Interrupt::times() > 1) co_return invalid("interrupted");
      const auto cached = co_await strategy_.cached(product.id);
      if (!cached) co_return cached.error();
      shown.cached.push_back(*cached);
      auto gate = co_await strategy_.gate(product.id);
      if (!gate) co_return gate.error();
      shown.gates.push_back(*std::move(gate));
    }
    co_return shown;
  }

  void add_to(OpeningResult& sum) {
    sum.recorded.merge(recorder_);
    sum.recorded.errors.merge(cache_.errors());
    sum.recorded.errors.merge(database_.errors());
    sum.recorded.tally.cache_errors += cache_.errors().total();
    for (const Record& record : history_) sum.history.push_back(since_opening(record));
    sum.attendance.scheduled += crowd_.attendance().scheduled;
    sum.attendance.started += crowd_.attendance().started;
    sum.attendance.dropped += crowd_.attendance().dropped;
    sum.cache_commands += cache_.operations();
    sum.database_statements += database_.operations();
    sum.arrivals_lasted = std::max(sum.arrivals_lasted, arrivals_ended_ - opens_);
    sum.lasted = std::max(sum.lasted, ended_ - opens_);
    sum.cut |= cut_;
    sum.figures.merge(shop_.figures);
    if (const auto last = shop_.returns.last_return()) {
      const Instant since = *last == kNever ? kNever : *last - since_start(opens_);
      sum.last_return = std::max(sum.last_return.value_or(since), since);
    }
  }

 private:
  Record since_opening(Record record) const {
    const Duration opened = since_start(opens_);
    record.scheduled -= opened;
    record.started -= opened;
    if (record.finished != kNever) record.finished -= opened;
    return record;
  }

  // Ends what buyers are still about. The dead wait for nothing; and what the strategy does beside
  // its buyers goes on until it is drained.
  void cut_short() {
    const std::int64_t before = cache_.given_up() + database_.given_up();
    crowd_.cut();
    given_up_ += cache_.given_up() + database_.given_up() - before;
    cut_ = given_up_ > crowd_.dead();
  }

  Task<Done> keep_watch() {
    Instant next_snapshot = opens_ + kSnapshotEvery;
    std::optional<Instant> stopped;
    for (;;) {
      (void)co_await shard_.clock.sleep_until(shard_.clock.now() + kGlance);
      if (Interrupt::times() > 0) common_.stop("interrupted by a signal");
      const Instant now = shard_.clock.now();
      if (common_.stopped) {
        if (!stopped) stopped = now;
        crowd_.stop();
      }
      if (Interrupt::times() > 1 || (stopped && now >= *stopped + kDrainOnceStopped)) cut_short();
      if (now < next_snapshot) continue;
      next_snapshot += kSnapshotEvery;
      take_snapshot();
    }
  }

  void take_snapshot() {
    const Instant now = shard_.clock.now();
    common_.board.publish(static_cast<std::size_t>(shard_.index), recorder_.snapshot(now));
    check_abort_thresholds(now);
    if (shard_.index != 0) return;
    if (plan_.on_progress) {
      plan_.on_progress({common_.board.total(), now - opens_, plan_.load.duration()});
    }
    if (auto trouble = find_trouble()) common_.store_is_gone(std::move(*trouble));
  }

  std::optional<std::string> find_trouble() {
    if (auto trouble = world_.trouble()) return trouble;
    if (cache_silence_.lasts(cache_.operations(), unanswered(cache_.errors()))) {
      return "Redis no longer answers: no command had an answer for seconds";
    }
    if (database_silence_.lasts(database_.operations(), unanswered(database_.errors()))) {
      return "PostgreSQL no longer answers: no statement had an answer for seconds";
    }
    return std::nullopt;
  }

  void check_abort_thresholds(Instant now) {
    if (plan_.abort_on.empty()) return;
    if (!common_.publish(static_cast<std::size_t>(shard_.index), recorder_)) return;
    const Recorder merged = common_.merged_figures();
    const TrialFigures figures{merged, now - opens_, nullptr};
    for (const Threshold& threshold : plan_.abort_on) {
      const auto measured = measure_metric(threshold.metric, figures);
      if (!measured || holds(threshold.comparison, measured->value, threshold.value)) continue;
      common_.abort(threshold, *measured);
    }
  }

  // Apart from keep_watch(), which must not wait for a database that does not answer.
  Task<Done> watch_the_stock() {
    if (shard_.index != 0) co_return Done{};
    if (plan_.scenario.shop.products.size() > kMostProductsSampled) co_return Done{};
    for (Instant next = opens_ + kSnapshotEvery;; next += kSnapshotEvery) {
      (void)co_await shard_.clock.sleep_until(std::max(next, shard_.clock.now() + kGlance));
      (void)co_await sample_the_stock();
    }
  }

  // Not counted: it is the harness that asks, not the shop.
  Task<Done> sample_the_stock() {
    const auto& products = plan_.scenario.shop.products;
    Quantity left = 0;
    for (const Product& product : products) {
      const auto stock = co_await read_stock(product.id);
      if (!stock || !*stock) co_return Done{};
      if (product.on_sale) left += (*stock)->quantity;
    }
    recorder_.series.saw_stock(shard_.clock.now(), left);
    co_return Done{};
  }

  Task<std::optional<Stock>> read_stock(ItemId item) {
    switch (plan_.stocking.layout) {
      case StockLayout::buckets:
        return shard_.database(ReadBuckets{item});
      case StockLayout::units:
        return shard_.database(ReadUnits{item});
      case StockLayout::row:
        break;
    }
    return shard_.database(ReadStock{item});
  }

  const OpeningPlan& plan_;
  World& world_;
  Shard shard_;
  Common& common_;
  Instant opens_;
  ShardShop& shop_;
  CountingCache& cache_;
  CountingDatabase& database_;
  Strategy& strategy_;
  ProductChoice products_;
  Recorder recorder_;
  History history_;
  Crowd crowd_;
  Silence cache_silence_;
  Silence database_silence_;
  Instant arrivals_ended_{};
  Instant ended_{};
  std::int64_t given_up_ = 0;  // operations in flight when their buyers were cut
  bool cut_ = false;
};

Task<Done> keep_what_is_shown(ShardOpening* first, std::optional<Shown>* shown) {
  auto read = co_await first->read_the_cache();
  if (read) shown->emplace(std::move(*read));
  co_return Done{};
}

Task<Done> do_nothing() { co_return Done{}; }

Task<Done> prepare(ShardShop* shop, const OpeningPlan* plan, Common* common) {
  const auto prepared = co_await shop->strategy->prepare(plan->stocking.items);
  if (!prepared) common->store_is_gone(prepared.error().message());
  co_return Done{};
}

// By the first shard's strategy, when all shards have run.
std::optional<Shown> read_the_cache(ShardOpening& first, World& world) {
  std::optional<Shown> shown;
  const auto ended = world.on_every_shard([&](Shard shard) {
    return shard.index == 0 ? keep_what_is_shown(&first, &shown) : do_nothing();
  });
  if (!ended) return std::nullopt;
  return shown;
}

}  // namespace

OpeningResult open_the_doors(const OpeningPlan& plan, World& world) {
  const auto shards = static_cast<std::size_t>(world.shards());
  std::vector<std::unique_ptr<ShardShop>> shops(shards);
  std::vector<std::unique_ptr<ShardOpening>> openings(shards);
  Common common(shards);
  // All shards are ready, and the first has prepared what they share, before a buyer comes.
  const auto ready = world.on_every_shard([&](Shard shard) {
    auto& shop = shops[static_cast<std::size_t>(shard.index)];
    shop = std::make_unique<ShardShop>(plan, shard, world.shards());
    return shard.index == 0 ? prepare(shop.get(), &plan, &common) : do_nothing();
  });
  if (!ready) common.store_is_gone(ready.error().message());

  const Instant opens = world.now() + kUntilTheDoorsOpen;
  const auto ended = world.on_every_shard([&](Shard shard) {
    const auto index = static_cast<std::size_t>(shard.index);
    openings[index] =
        std::make_unique<ShardOpening>(plan, world, shard, *shops[index], common, opens);
    return openings[index]->run();
  });

  OpeningResult sum(opens);
  for (auto& opening : openings) opening->add_to(sum);
  sum.pool_wait = world.pool_wait();
  // A buyer who was cut between the two stores leaves them apart: that is no fault of the strategy.
  const bool comparable = !sum.cut || sum.cache_commands == 0;
  if (plan.read_the_cache && comparable) {
    if (auto shown = read_the_cache(*openings.front(), world)) {
      sum.cached = std::move(shown->cached);
      sum.gates = std::move(shown->gates);
    }
  }
  sum.stopped_because = common.why();
  sum.aborted_by = common.aborted_by();
  sum.trouble = common.trouble();
  if (!ended && sum.stopped_because.empty()) sum.stopped_because = ended.error().message();
  return sum;
}

}  // namespace doorbuster
