// Every strategy that is claimed safe, in orders that nobody wrote down: three buyers of two units,
// each an application instance of its own, whose requests and replies get lost, whose connections
// are cut, who give up on statements that commit later, who die half way, and who ask again under
// the same key. DOORBUSTER_RUNS sets the orders of each strategy; tools/soak runs a hundred
// thousand.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <array>
#include <cstdlib>
#include <memory>

#include "audit/audit.h"
#include "base/chance_testing.h"
#include "base/task_scope.h"
#include "sim/simulated_stores.h"
#include "store/trouble.h"
#include "strategy/registry.h"

namespace doorbuster {
namespace {

constexpr ItemId kStormItem{1};
constexpr Quantity kStormUnits = 2;
constexpr int kBuyers = 3;
constexpr int kKeeper = kBuyers + 1;  // the instance that prepares the shop, and drains it
constexpr int kMostAttempts = 3;
constexpr Duration kPatience = 50ms;  // of a buyer's client with one operation

// Any step at any time. A timer, too, now and then before what is under way: its client gives up.
// But nothing of `last()`, once there is one, before what others have under way.
class AnyOrder : public Chooser {
 public:
  explicit AnyOrder(std::uint64_t seed) : random_(seed) {}
  void last(int client) { last_ = client; }
  std::size_t choose(std::span<const Step> parked) override {
    constexpr double kImpatient = 0.05;
    untimed_.clear();
    for (std::size_t i = 0; i < parked.size(); ++i) {
      if (!is_timer(parked[i].kind)) untimed_.push_back(i);
    }
    const auto waits = [&](std::size_t i) { return parked[i].client == last_; };
    if (last_ && !std::ranges::all_of(untimed_, waits)) std::erase_if(untimed_, waits);
    if (untimed_.empty() || random_.chance(kImpatient)) return first_due_timer(parked);
    return untimed_[random_.below(untimed_.size())];
  }

 private:
  std::size_t first_due_timer(std::span<const Step> parked) {
    std::optional<std::size_t> first;
    for (std::size_t i = 0; i < parked.size(); ++i) {
      if (is_timer(parked[i].kind) && (!first || parked[i].due < parked[*first].due)) first = i;
    }
    return first ? *first : untimed_[random_.below(untimed_.size())];
  }

  Random random_;
  std::optional<int> last_;
  std::vector<std::size_t> untimed_;
};

std::vector<TroubleRule> storm() {
  using Kind = TroubleRule::Kind;
  using When = TroubleRule::When;
  return {{.operation = "any", .kind = Kind::lose_request, .share = 0.04},
          {.operation = "any", .kind = Kind::cut, .when = When::before, .share = 0.04},
          {.operation = "any", .kind = Kind::die, .when = When::before, .share = 0.01},
          {.operation = "any", .kind = Kind::lose_reply, .share = 0.1},
          {.operation = "any", .kind = Kind::die, .when = When::after, .share = 0.02}};
}

// These give units back, so that an attempt that is late may buy after its replay was told no.
bool returns_units(const StrategyEntry& entry) { return entry.returns_units; }

// One application instance, and the buyer whom it serves.
struct Instance {
  Instance(SimulatedStores& stores, const StrategyEntry& entry, const Options& options, int number,
           std::uint64_t seed, Duration patience, std::vector<TroubleRule> troubles)
      : client(stores.redis, stores.postgres, stores.scheduler, cache_client(number, patience),
               database_client(number, patience)),
        chance(stream_seed(seed, 2, static_cast<std::uint64_t>(number))),
        random(stream_seed(seed, 3, static_cast<std::uint64_t>(number))),
        cache(client.cache(), troubles, client.clock(), chance),
        database(client.database(), troubles, client.clock(), chance),
        looks_up(!returns_units(entry)),
        strategy(
            make_strategy(entry, {cache, database, client.clock(), random, figures}, options)) {
    record = {.key = OrderKey{number},
              .buyer = BuyerId{number},
              .item = kStormItem,
              .outcome = Outcome::unknown,
              .sent = true};
  }

  static CacheClient cache_client(int number, Duration patience) {
    CacheClient settings;
    settings.client = number;
    settings.timeout = patience;
    return settings;
  }
  static DatabaseClient database_client(int number, Duration patience) {
    DatabaseClient settings;
    settings.client = number;
    settings.timeout = patience;
    return settings;
  }

  // The process is gone; what it has sent is on its way.
  void kill() {
    doing.destroy_all();
    strategy.reset();
  }

  bool died() const { return cache.deaths() + database.deaths() > 0; }
  bool is_over() const { return answered || died(); }
  // What the dead sold past a gate that did not answer, and so never told it (combined.cpp).
  bool died_in_debt() const {
    const auto past_the_gate = figures.counts().find("fallback_purchases");
    return died() && past_the_gate != figures.counts().end() && past_the_gate->second > 0;
  }

  SimulatedClient client;
  Random chance;
  Random random;
  StrategyFigures figures;
  TroubledCache cache;
  TroubledDatabase database;
  bool looks_up;
  std::unique_ptr<Strategy> strategy;
  Record record;
  bool answered = false;
  TaskScope doing;
};

// What the buyer knows in the end: a definite no is only one where no attempt went unanswered, or
// where the shop looked for the order before it said that there is nothing left.
void conclude(Record* record, bool unanswered, Outcome outcome, bool looked_up) {
  const bool certain = outcome == Outcome::sold || !unanswered || looked_up;
  record->outcome = certain ? outcome : Outcome::unknown;
}

Task<Done> pay(Instance* self, Order order) {
  const double mood = self->chance.uniform();
  if (mood < 0.2) {  // walks away from what is held for him
    self->record.outcome = Outcome::abandoned;
    co_return Done{};
  }
  const Payment payment = mood < 0.4 ? Payment::declined : Payment::approved;
  for (int attempt = 1; attempt <= kMostAttempts; ++attempt) {
    const auto paid = co_await self->strategy->pay(order, payment);
    if (!paid) continue;
    self->record.outcome = paid->outcome;
    co_return Done{};
  }
  co_return Done{};  // unknown, as it was
}

Task<Done> persist(Instance* self) {
  Order order{self->record.key, self->record.buyer, kStormItem, 1};
  bool unanswered = false;
  for (int attempt = 1; attempt <= kMostAttempts; ++attempt) {
    self->record.outcome = Outcome::unknown;  // he may die now
    const auto answer = co_await self->strategy->buy(order);
    if (answer && answer->outcome == Outcome::sold && answer->to_pay) {
      (void)co_await pay(self, order);
      break;
    }
    if (answer) {
      const bool looked_up = self->looks_up && answer->outcome == Outcome::sold_out;
      conclude(&self->record, unanswered, answer->outcome, looked_up);
      break;
    }
    unanswered |= !answer.error().definite();
    conclude(&self->record, unanswered, unanswered ? Outcome::unknown : Outcome::failed, false);
    ++order.repeats;
  }
  self->answered = true;
  co_return Done{};
}

Task<Done> look(Instance* self) {
  (void)co_await self->strategy->view(kStormItem);
  co_return Done{};
}

Task<Done> drain(Instance* self, std::optional<GateAccount>* gate, bool* drained) {
  (void)co_await self->strategy->drain();
  if (gate != nullptr) {
    const auto account = co_await self->strategy->gate(kStormItem);
    EXPECT_TRUE(account.ok());
    if (account) *gate = *account;
  }
  *drained = true;
  co_return Done{};
}

void drain_and_close(Instance* instance, Scheduler* scheduler, std::optional<GateAccount>* gate) {
  bool drained = false;
  instance->doing.spawn(drain(instance, gate, &drained));
  while (!drained && scheduler->step()) {
  }
  EXPECT_TRUE(drained) << "it drains for ever";
  instance->kill();
}

// One order of everything, judged at rest.
AuditReport one_storm(const StrategyEntry& entry, std::uint64_t seed, const Options& changes = {}) {
  Options options = default_options(entry);
  for (const auto& [key, value] : changes) options[key] = value;
  AnyOrder order(stream_seed(seed, 1, 0));
  Scheduler scheduler(order);
  SimulatedStores stores(scheduler, {.fused = seed % 2 == 0}, seed);
  const Stocking stocking = stocking_for(entry, options, {{kStormItem, kStormUnits}});
  stores.postgres.stock(stocking);

  auto keeper = std::make_unique<Instance>(stores, entry, options, kKeeper, seed, Duration{},
                                           std::vector<TroubleRule>{});
  keeper->doing.spawn(keeper->strategy->prepare(stocking.items));
  while (keeper->doing.alive() > 0 && scheduler.step()) {
  }
  keeper->doing.spawn(keeper->strategy->background());

  std::vector<std::unique_ptr<Instance>> instances;
  for (int buyer = 1; buyer <= kBuyers; ++buyer) {
    instances.push_back(
        std::make_unique<Instance>(stores, entry, options, buyer, seed, kPatience, storm()));
    instances.back()->doing.spawn(look(instances.back().get()));
    instances.back()->doing.spawn(persist(instances.back().get()));
    instances.back()->doing.spawn(instances.back()->strategy->background());
  }
  const auto still_busy = [](const auto& instance) { return !instance->is_over(); };
  while (std::ranges::any_of(instances, still_busy) && scheduler.step()) {
  }

  History history;
  bool gate_was_told = true;
  for (const auto& instance : instances) {
    history.push_back(instance->record);
    gate_was_told = gate_was_told && !instance->died_in_debt();
    if (instance->died()) instance->kill();
    instance->cache.turn_off(true);
    instance->database.turn_off(true);
  }
  for (const auto& instance : instances) {
    if (instance->strategy) drain_and_close(instance.get(), &scheduler, nullptr);
  }
  // What they had sent has happened before the first drains, as a trial waits for it.
  order.last(kKeeper);
  std::optional<GateAccount> gate;
  drain_and_close(keeper.get(), &scheduler, &gate);
  scheduler.run();
  GroundTruth truth = stores.postgres.truth();
  truth.items.front().gate = gate;
  AuditReport report = audit(history, truth);
  if (!gate_was_told) {
    std::erase_if(report.findings, [](const Finding& finding) {
      return finding.name == "gate_agrees_with_database";
    });
  }
  return report;
}

std::vector<std::string_view> claimed_safe() {
  std::vector<std::string_view> names;
  for (const StrategyEntry& entry : strategies()) {
    if (entry.anomaly.empty()) names.push_back(entry.name);
  }
  return names;
}

std::string in_words(std::string_view name) {
  std::string words(name);
  std::ranges::replace(words, '-', '_');
  return words;
}

class Storm : public testing::TestWithParam<std::string_view> {};

// What a copy in the cache shows is another matter: a lost DEL leaves a stale one until its TTL.
constexpr std::array kMustHold = {
    "no_oversell",       "no_oversold_promise",       "no_lost_order",
    "no_phantom_order",  "no_duplicate_order",        "conservation",
    "no_negative_stock", "gate_agrees_with_database", "no_leaked_units"};

void weather(const StrategyEntry& entry, std::uint64_t runs, const Options& changes) {
  const std::uint64_t seed = test_seed();
  for (std::uint64_t run = 0; run < runs; ++run) {
    const AuditReport report = one_storm(entry, seed + run, changes);
    for (const Finding& finding : report.findings) {
      if (std::ranges::find(kMustHold, finding.name) == kMustHold.end()) continue;
      ASSERT_EQ(finding.verdict, Verdict::holds)
          << finding.name << ": " << finding.witness << " (run " << run
          << ", DOORBUSTER_SEED=" << seed + run << " DOORBUSTER_RUNS=1 repeats it)";
    }
  }
}

TEST_P(Storm, SellsNothingTwiceAndLosesNoSaleWhateverTheOrderAndWhateverIsLost) {
  weather(*find_strategy(GetParam()), number_from_environment("DOORBUSTER_RUNS", 2000), {});
}

// The shop sends again too, and every other decorator stands around the purchase.
TEST_P(Storm, DoesSoWithRetriesAndInEveryDecorator) {
  const StrategyEntry& entry = *find_strategy(GetParam());
  Options all = {{"retry_attempts", std::int64_t{3}},
                 {"retry_budget", 1.0},
                 {"limit", std::int64_t{1}},
                 {"idempotency", std::string("redis")},
                 {"admission", std::string("shuffled")},
                 {"single_flight", true},
                 {"breaker", true},
                 {"breaker_failures", std::int64_t{1}},
                 {"breaker_failure_rate", 0.0},
                 {"breaker_open_for", Duration(20ms)},
                 {"breaker_probes", std::int64_t{1}},
                 {"cache_down", std::string("stale")}};
  if (!entry.returns_units) all["sold_out_flag"] = true;
  if (entry.name != "redis-lock") all["lock"] = std::string("redis");
  weather(entry, number_from_environment("DOORBUSTER_RUNS", 1000), all);
}

TEST_P(Storm, DoesSoBehindABreakerThatOpensAtTheFirstFailure) {
  const StrategyEntry& entry = *find_strategy(GetParam());
  Options options = {{"breaker", true},
                     {"breaker_failures", std::int64_t{1}},
                     {"breaker_failure_rate", 0.0},
                     {"breaker_open_for", Duration(20ms)},
                     {"breaker_probes", std::int64_t{1}}};
  if (entry.name != "combined") options["cache_down"] = std::string("database");
  weather(entry, number_from_environment("DOORBUSTER_RUNS", 1000), options);
}

TEST_P(Storm, DoesSoWithRetriesAlone) {
  weather(*find_strategy(GetParam()), number_from_environment("DOORBUSTER_RUNS", 1000),
          {{"retry_attempts", std::int64_t{4}}, {"retry_budget", 1.0}});
}

// Those that are claimed safe beside the defaults.
TEST(StormOverVariants, BreaksNothingBehindAFenceOrAroundCopiesWithVersions) {
  const std::pair<const char*, Options> variants[] = {
      {"redis-lock", {{"variant", std::string("fenced")}}},
      {"cache-aside", {{"after_purchase", std::string("delete_twice")}}},
      {"cache-aside",
       {{"after_purchase", std::string("set_versioned")}, {"fill", std::string("none")}}},
      {"cache-aside",
       {{"after_purchase", std::string("set_versioned")}, {"fill", std::string("single_flight")}}}};
  for (const auto& [name, options] : variants) {
    SCOPED_TRACE(name);
    ASSERT_NO_FATAL_FAILURE(
        weather(*find_strategy(name), number_from_environment("DOORBUSTER_RUNS", 500), options));
  }
}

// The two that give up a held row, beside the default that waits for it; and the one that waits.
TEST(StormOverLockedRows, BreaksNothingWhereBuyersDoNotWaitOrNotForLong) {
  for (const char* variant : {"nowait", "timeout"}) {
    SCOPED_TRACE(variant);
    ASSERT_NO_FATAL_FAILURE(weather(
        *find_strategy("database-pessimistic"), number_from_environment("DOORBUSTER_RUNS", 2000),
        {{"variant", std::string(variant)}, {"lock_timeout", Duration(20ms)}}));
  }
}

TEST(StormOverLockedRows, BreaksNothingWhereBuyersWaitForTheAdvisoryLock) {
  weather(*find_strategy("advisory-lock"), number_from_environment("DOORBUSTER_RUNS", 2000),
          {{"variant", std::string("blocking")}});
}

INSTANTIATE_TEST_SUITE_P(ClaimedSafe, Storm, testing::ValuesIn(claimed_safe()),
                         [](const auto& param) { return in_words(param.param); });

// Proof that the storm would find what there is to find.
TEST(StormOverAnUnsafeStrategy, FindsTheOversellWithinAThousandOrders) {
  const std::uint64_t seed = test_seed();
  int broken = 0;
  for (std::uint64_t run = 0; run < 1000; ++run) {
    broken += one_storm(*find_strategy("read-then-write"), seed + run).verdict == Verdict::broken;
  }
  EXPECT_GT(broken, 0) << "seed " << seed;
}

}  // namespace
}  // namespace doorbuster
