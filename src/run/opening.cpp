#include "run/opening.h"

#include <algorithm>
#include <memory>
#include <span>
#include <utility>

#include "history/record_file.h"
#include "run/doors.h"
#include "run/interrupt.h"
#include "run/shard_shop.h"
#include "run/shard_watch.h"
#include "run/share.h"

namespace doorbuster {
namespace {

constexpr Duration kUntilTheDoorsOpen = 20ms;     // so that every shard is ready when they do
constexpr std::size_t kPurchasesInMemory = 1024;  // of a shard, at a glance
constexpr Duration kStartGlance = 50ms;           // how soon a signal or an abort is noticed
constexpr Duration kWaitForShards = 5ms;          // how soon it is noticed how far the others are
constexpr Duration kWaitForReturns = 1s;          // for a sweep that is under way at the end
constexpr Duration kInterval = 1s;                // of the series
constexpr Duration kIntervalWithFaults = 200ms;
constexpr Duration kForLastAnswers = 2s;  // to what is in flight; thoughts are not waited for

// What the cache shows at rest, by product.
struct Shown {
  std::vector<std::optional<Quantity>> cached;
  std::vector<std::optional<GateAccount>> gates;
};

// What a fault does passes within a second or two.
Duration interval_of(const OpeningPlan& plan) {
  return plan.faults != nullptr && plan.faults->any() ? kIntervalWithFaults : kInterval;
}

// One shard's part of an opening.
class ShardOpening {
 public:
  ShardOpening(const OpeningPlan& plan, World& world, Shard shard, ShardShop& shop, Doors& doors,
               Instant opens)
      : plan_(plan),
        world_(world),
        shard_(shard),
        doors_(doors),
        opens_(opens),
        shop_(shop),
        cache_(shop.cache),
        database_(shop.database),
        strategy_(*shop.strategy),
        products_(plan.scenario.shop, plan.scenario.buyers.choice),
        recorder_(opens, interval_of(plan)),
        crowd_(Floor{strategy_, shard.clock, plan.scenario.buyers, products_, plan.seed, recorder_,
                     history_, log_of(plan, shard, opens)},
               plan.load, {shard.index, world.shards()},
               share_of(plan.scenario.limits.buyers_in_flight, shard.index, world.shards()),
               [&shop](const TaskScope& buyers) { return shop.deaths(buyers); }),
        watch_(plan, world, shard, shop, doors, recorder_, opens) {
    recorder_.kinds.resize(kinds_of(plan.scenario.buyers));
    if (plan.history != nullptr) purchases_.emplace(plan.history->folder());
  }

  Task<Done> run() {
    TaskScope watch;
    watch.spawn(keep_watch());
    watch.spawn(watch_.follow_the_stock());
    TaskScope faults;
    if (conducts()) faults.spawn(plan_.faults->conduct(&shard_.clock, &world_));
    shop_.trouble(true);
    watch.spawn(strategy_.background());
    (void)co_await crowd_.let_in(opens_);
    arrivals_ended_ = shard_.clock.now();
    (void)co_await crowd_.wait_until_empty(arrivals_ended_ + plan_.scenario.limits.drain);
    crowd_.send_home();
    (void)co_await crowd_.wait_until_empty(shard_.clock.now() + kForLastAnswers);
    shop_.trouble(false);
    cut_short();
    ended_ = shard_.clock.now();
    watch_.buyers_left();
    ++doors_.emptied;
    (void)co_await wait_for(&doors_.emptied, world_.shards());
    (void)co_await heal(&faults);
    (void)co_await drain();
    (void)co_await wait_for_returns();
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

  // REQUIRES: every shard has run
  Task<Agreement> watch_agreement(const std::vector<ItemId>* items) {
    return watch_until_they_agree(&strategy_, &shard_.database, &shard_.clock,
                                  plan_.stocking.layout, items);
  }

  void add_to(OpeningResult& sum) {
    sum.recorded.merge(recorder_);
    sum.recorded.errors.merge(cache_.errors());
    sum.recorded.errors.merge(database_.errors());
    sum.recorded.tally.cache_errors += cache_.errors().total();
    const std::size_t of_others = sum.history.size();
    if (purchases_) {
      if (auto read = purchases_->read_into(sum.history); !read) {
        sum.purchases_lost = read.error().message();
      }
    }
    sum.history.insert(sum.history.end(), history_.begin(), history_.end());
    for (Record& record : std::span(sum.history).subspan(of_others)) record = since_opening(record);
    sum.attendance.scheduled += crowd_.attendance().scheduled;
    sum.attendance.started += crowd_.attendance().started;
    sum.attendance.dropped += crowd_.attendance().dropped;
    sum.cache_commands += cache_.operations();
    sum.database_statements += database_.operations();
    sum.arrivals_lasted = std::max(sum.arrivals_lasted, arrivals_ended_ - opens_);
    sum.lasted = std::max(sum.lasted, ended_ - opens_);
    sum.cut |= cut_;
    const Disturbance& disturbance = watch_.disturbance();
    if (disturbance.stood_still > sum.disturbance.stood_still) sum.disturbance = disturbance;
    if (plan_.faults != nullptr) {
      plan_.faults->add_struck(shop_.troubled_cache.struck());
      plan_.faults->add_struck(shop_.troubled_database.struck());
    }
    sum.figures.merge(shop_.figures);
    sum.last_return = std::max(sum.last_return, last_of(shop_.returns.returns()));
    sum.last_gate_return = std::max(sum.last_gate_return, last_of(shop_.gates.returns()));
    for (GateChange change : shop_.gates.log()) {
      change.asked -= since_start(opens_);
      change.answered -= since_start(opens_);
      sum.gate_log.push_back(change);
    }
  }

 private:
  std::optional<Instant> last_of(const Returns& returns) const {
    const auto last = returns.last();
    if (!last || *last == kNever) return last;
    return *last - since_start(opens_);
  }

  Record since_opening(Record record) const {
    const Duration opened = since_start(opens_);
    record.scheduled -= opened;
    record.started -= opened;
    if (record.finished != kNever) record.finished -= opened;
    return record;
  }

  bool conducts() const { return plan_.faults != nullptr && shard_.index == 0; }

  // No fault outlasts the buyers. Not even at a second signal: a server that is away hides the
  // truth.
  Task<Done> heal(const TaskScope* faults) {
    if (conducts()) {
      plan_.faults->end();
      while (faults->alive() > 0) {
        (void)co_await shard_.clock.sleep_until(shard_.clock.now() + kWaitForShards);
      }
      const std::string failure = plan_.faults->failure();
      if (!failure.empty()) doors_.store_is_gone(failure);
    }
    if (shard_.index == 0) ++doors_.healed;
    (void)co_await wait_for(&doors_.healed, 1);
    co_return Done{};
  }

  // When nobody buys on any shard: what others still sold or left behind would be nobody's. The
  // first shard drains last, for it alone knows what all of them share.
  Task<Done> drain() {
    if (shard_.index == 0) (void)co_await wait_for(&doors_.drained, world_.shards() - 1);
    if (Interrupt::times() < 2) (void)co_await strategy_.drain();
    ++doors_.drained;
    co_return Done{};
  }

  // A sweep that is cut off by the end of the run may have returned units to stock, for all that is
  // known, after the last buyer was refused: then nobody could be blamed for a refusal any more.
  Task<Done> wait_for_returns() {
    const Instant patience_ends = shard_.clock.now() + kWaitForReturns;
    const auto wait = [this] {
      return shop_.returns.returns().waits() || shop_.gates.returns().waits();
    };
    while (wait() && shard_.clock.now() < patience_ends) {
      (void)co_await shard_.clock.sleep_until(shard_.clock.now() + kWaitForShards);
    }
    co_return Done{};
  }

  Task<Done> wait_for(const std::atomic<int>* shards, int wanted) {
    while (*shards < wanted && Interrupt::times() < 2) {
      (void)co_await shard_.clock.sleep_until(shard_.clock.now() + kWaitForShards);
    }
    co_return Done{};
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
    std::optional<Instant> stopped;
    for (;;) {
      const Instant due = shard_.clock.now() + kStartGlance;
      (void)co_await shard_.clock.sleep_until(due);
      watch_.glance(due);
      if (purchases_ && history_.size() >= kPurchasesInMemory) purchases_->keep(history_);
      if (doors_.stopped && !stopped) {
        stopped = shard_.clock.now();
        crowd_.send_home();
      }
      const bool patience_ended = stopped && shard_.clock.now() >= *stopped + kForLastAnswers;
      if (Interrupt::times() > 1 || patience_ended) cut_short();
    }
  }

  static OperationLog log_of(const OpeningPlan& plan, const Shard& shard, Instant opens) {
    if (plan.history == nullptr) return {};
    return {plan.history->shard(shard.index), opens};
  }

  const OpeningPlan& plan_;
  World& world_;
  Shard shard_;
  Doors& doors_;
  Instant opens_;
  ShardShop& shop_;
  CountingCache& cache_;
  CountingDatabase& database_;
  Strategy& strategy_;
  ProductChoice products_;
  Recorder recorder_;
  History history_;                      // what is not in purchases_
  std::optional<RecordFile> purchases_;  // none where no history is written
  Crowd crowd_;
  ShardWatch watch_;
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

Task<Done> prepare(ShardShop* shop, const OpeningPlan* plan) {
  co_return co_await shop->strategy->prepare(plan->stocking.items);
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

Task<Done> keep_agreement(ShardOpening* first, std::vector<ItemId> items, Agreement* agreement) {
  auto watched = co_await first->watch_agreement(&items);
  if (watched) *agreement = *std::move(watched);
  co_return Done{};
}

// By the first shard's strategy, once more.
Agreement watch_agreement(ShardOpening& first, World& world, const OpeningPlan& plan,
                          const OpeningResult& sum) {
  if (!sum.cached) return {.after = {}, .note = "the cache could not be looked at when all rested"};
  std::vector<ItemId> copies;
  for (std::size_t i = 0; i < sum.cached->size(); ++i) {
    if (sum.cached->at(i)) copies.push_back(plan.scenario.shop.products[i].id);
  }
  const Tally& tally = sum.recorded.tally;
  if (copies.empty() && tally.cache_hits + tally.cache_misses == 0) {
    return {.after = {}, .note = "no page came from a copy"};
  }
  Agreement agreement{.after = {}, .note = "the stores no longer answered"};
  (void)world.on_every_shard([&](Shard shard) {
    return shard.index == 0 ? keep_agreement(&first, copies, &agreement) : do_nothing();
  });
  return agreement;
}

}  // namespace

Result<OpeningResult> open_the_doors(const OpeningPlan& plan, World& world) {
  const auto shards = static_cast<std::size_t>(world.shards());
  std::vector<std::unique_ptr<ShardShop>> shops(shards);
  std::vector<std::unique_ptr<ShardOpening>> openings(shards);
  Doors doors(shards);
  // All shards are ready, and the first has prepared what they share, before a buyer comes.
  const auto ready = world.on_every_shard([&](Shard shard) {
    auto& shop = shops[static_cast<std::size_t>(shard.index)];
    shop = std::make_unique<ShardShop>(plan, shard, world.shards());
    return shard.index == 0 ? prepare(shop.get(), &plan) : do_nothing();
  });
  if (!ready) return ready.error();

  if (plan.faults != nullptr && plan.faults->need_snapshot()) {
    if (const auto taken = world.take_snapshot(); !taken) return taken.error();
  }

  const Instant opens = world.now() + kUntilTheDoorsOpen;
  if (plan.faults != nullptr) {
    plan.faults->open(opens);
    world.freeze_pools(plan.faults->pool_freezes());
  }
  const auto ended = world.on_every_shard([&](Shard shard) {
    const auto index = static_cast<std::size_t>(shard.index);
    openings[index] =
        std::make_unique<ShardOpening>(plan, world, shard, *shops[index], doors, opens);
    return openings[index]->run();
  });
  world.freeze_pools({});

  OpeningResult sum(opens, interval_of(plan));
  sum.cpu = world.cpu();  // before the cache is read: that is no buyer's doing
  for (auto& opening : openings) opening->add_to(sum);
  std::ranges::stable_sort(sum.gate_log, {}, [](const GateChange& change) {
    return std::pair(change.item, change.sequence);
  });
  sum.pool_wait = world.pool_wait();
  // A buyer who was cut between the two stores leaves them apart: that is no fault of the strategy.
  const bool comparable = !sum.cut || sum.cache_commands == 0;
  if (plan.read_the_cache && comparable) {
    if (auto shown = read_the_cache(*openings.front(), world)) {
      sum.cached = std::move(shown->cached);
      sum.gates = std::move(shown->gates);
    }
  }
  if (plan.read_the_cache) sum.agreement = watch_agreement(*openings.front(), world, plan, sum);
  sum.stopped_because = doors.why();
  sum.aborted_by = doors.aborted_by();
  sum.trouble = doors.trouble();
  if (!ended && sum.stopped_because.empty()) sum.stopped_because = ended.error().message();
  return sum;
}

}  // namespace doorbuster
