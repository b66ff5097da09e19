// What a store answers through Doorbuster's own clients: a guarded purchase on many rows and on one
// hot row, and a cached view, with 1, 16 and 64 in flight. Throwaway servers on unix sockets, of
// the settings of every run; client and servers share the machine.
#include <benchmark/benchmark.h>

#include <memory>
#include <string>
#include <utility>

#include "base/random.h"
#include "base/task_scope.h"
#include "loop/event_loop.h"
#include "loop/real_clock.h"
#include "postgres/ledger.h"
#include "postgres/postgres_database.h"
#include "redis/redis_cache.h"
#include "sandbox/process_cpu.h"
#include "sandbox/sandbox.h"

namespace doorbuster {
namespace {

constexpr int kManyItems = 10'000;
constexpr Quantity kNeverSoldOut = 1'000'000'000;
constexpr const char* kLoad = "doorbuster-bench";

// A benchmark has nobody to hand an error to.
template <class T>
T must(Result<T> result) {
  CHECK(result.ok(), "{}", result.error().message());
  return *std::move(result);
}

Sandbox& servers() {
  static const std::unique_ptr<Sandbox> sandbox = [] {
    SandboxOptions options;
    options.transport = Transport::unix_socket;
    return must(Sandbox::start(options));
  }();
  return *sandbox;
}

// One shard: its loop, and so many askers on it that each ask again as soon as they are answered.
struct Shard {
  EventLoop loop;
  RealClock clock{loop, steady_now()};
  std::int64_t left = 0;  // operations of this batch still to be asked
  int asking = 0;

  // Asks until `left` is used up, with `depth` in flight; `ask(shard)` is one operation.
  template <class Ask>
  void run_batch(std::int64_t operations, int depth, Ask ask) {
    left = operations;
    TaskScope scope;
    asking = depth;
    for (int i = 0; i < depth; ++i) scope.spawn(keep_asking(this, ask));
    if (asking > 0) loop.run();
  }

 private:
  template <class Ask>
  static Task<Done> keep_asking(Shard* shard, Ask ask) {
    while (shard->left-- > 0) must(co_await ask());
    if (--shard->asking == 0) shard->loop.stop();
    co_return Done{};
  }
};

// A Google Benchmark iteration is a batch, long enough that its beginning and end do not count.
template <class Ask>
void measure(benchmark::State& state, Shard& shard, int depth, Ask ask) {
  constexpr std::int64_t kBatch = 2'000;
  shard.run_batch(kBatch, depth, ask);  // plans, pages and connections are warm after it
  const Duration cpu_before = own_cpu();
  for (auto _ : state) shard.run_batch(kBatch, depth, ask);
  const auto operations = static_cast<double>(state.iterations() * kBatch);
  const double cpu_us = to_seconds(own_cpu() - cpu_before) * 1e6;
  state.counters["op/s"] = benchmark::Counter(operations, benchmark::Counter::kIsRate);
  state.counters["client_cpu_us/op"] = cpu_us / operations;
}

// ---- a guarded purchase: UPDATE and order row in one statement

struct Buying {
  PostgresDatabase* database;
  Random* random;
  OrderKey* last_key;
  int items;

  auto operator()() const {
    *last_key = OrderKey{number(*last_key) + 1};
    const auto item = static_cast<std::int32_t>(random->below(static_cast<std::uint64_t>(items)));
    return (*database)(TakeIfAvailable{{*last_key, BuyerId{1}, ItemId{1 + item}, 1}});
  }
};

void purchase(benchmark::State& state, int items) {
  const int depth = static_cast<int>(state.range(0));
  auto ledger = must(Ledger::open({servers().postgres_url(), kLoad}));
  Stocking stocking;
  for (int i = 1; i <= items; ++i) stocking.items.push_back({ItemId{i}, kNeverSoldOut});
  must(ledger->stock(stocking));

  Shard shard;
  PostgresOptions options;
  options.url = servers().postgres_url();
  options.application_name = kLoad;
  options.timeout = 10s;
  const auto database =
      must(shard.loop.run_until_done(PostgresDatabase::connect(shard.loop, shard.clock, options)));
  Random random(1);
  OrderKey last_key{};
  measure(state, shard, depth, Buying{database.get(), &random, &last_key, items});
}

// ---- a cached view: GET, and HMGET of the value with its version

template <class Op>
struct Viewing {
  RedisCache* cache;
  Random* random;
  KeyFamily family;

  auto operator()() const {
    const auto item = static_cast<std::int32_t>(random->below(kManyItems));
    return (*cache)(Op{Key{family, ItemId{1 + item}}});
  }
};

template <class Op>
struct Filling {
  RedisCache* cache;
  KeyFamily family;
  int* filled;

  Task<Done> operator()() const { return fill(cache, Key{family, ItemId{++*filled}}); }

 private:
  static Task<Done> fill(RedisCache* cache, Key key) {
    if constexpr (std::is_same_v<Op, Get>) {
      must(co_await (*cache)(SetExpiring{key, 500, 1h}));
    } else {
      must(co_await (*cache)(FillIfNewer{key, {500, 7}, 1h}));
    }
    co_return Done{};
  }
};

template <class Op>
void view(benchmark::State& state, KeyFamily family) {
  const int depth = static_cast<int>(state.range(0));
  Shard shard;
  RedisSettings settings;
  settings.address = must(parse_redis_url(servers().redis_url()));
  settings.timeout = 10s;
  const auto cache =
      must(shard.loop.run_until_done(RedisCache::connect(&shard.loop, &shard.clock, settings)));
  int filled = 0;
  shard.run_batch(kManyItems, 64, Filling<Op>{cache.get(), family, &filled});
  Random random(1);
  const Viewing<Op> viewing{cache.get(), &random, family};
  CHECK(must(shard.loop.run_until_done(viewing())).has_value(), "the cache is cold");
  measure(state, shard, depth, viewing);
}

void purchase_10000_rows(benchmark::State& state) { purchase(state, kManyItems); }
void purchase_hot_row(benchmark::State& state) { purchase(state, 1); }
void view_get(benchmark::State& state) { view<Get>(state, KeyFamily::inventory); }
void view_get_versioned(benchmark::State& state) {
  view<GetVersioned>(state, KeyFamily::versioned);
}

// Wall-clock time: the answers are others' work.
BENCHMARK(purchase_10000_rows)->Arg(1)->Arg(16)->Arg(64)->UseRealTime()->ArgName("in_flight");
BENCHMARK(purchase_hot_row)->Arg(1)->Arg(16)->Arg(64)->UseRealTime()->ArgName("in_flight");
BENCHMARK(view_get)->Arg(1)->Arg(16)->Arg(64)->UseRealTime()->ArgName("in_flight");
BENCHMARK(view_get_versioned)->Arg(1)->Arg(16)->Arg(64)->UseRealTime()->ArgName("in_flight");

}  // namespace
}  // namespace doorbuster
