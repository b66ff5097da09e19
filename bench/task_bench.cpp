// What a coroutine costs in time, and a waiting buyer in memory.
#include <benchmark/benchmark.h>
#include <malloc.h>

#include <coroutine>
#include <vector>

#include "base/completion.h"
#include "base/task_scope.h"
#include "load/session.h"

namespace doorbuster {
namespace {

Task<Done> nothing() { co_return Done{}; }

void await_a_task_that_ends_at_once(benchmark::State& state) {
  const auto loop = [](benchmark::State* until) -> Task<Done> {
    for (auto _ : *until) (void)co_await nothing();
    co_return Done{};
  };
  TaskScope scope;
  scope.spawn(loop(&state));
}
BENCHMARK(await_a_task_that_ends_at_once);

void spawn_a_task_that_ends_at_once(benchmark::State& state) {
  TaskScope scope;
  for (auto _ : state) scope.spawn(nothing());
}
BENCHMARK(spawn_a_task_that_ends_at_once);

// Two tasks deep, as a strategy that asks a store: suspend, complete from outside, resume both.
struct Wire {
  Completer<std::int64_t> waiting;
  Task<std::int64_t> ask() {
    Completion<std::int64_t> answer;
    waiting = answer.completer();
    co_return co_await answer;
  }
};

Task<Done> ask_for_ever(Wire* wire, std::int64_t* sum) {
  for (;;) {
    const auto answer = co_await wire->ask();
    *sum += *answer;
  }
}

void suspend_and_resume(benchmark::State& state) {
  Wire wire;
  std::int64_t sum = 0;
  TaskScope scope;
  scope.spawn(ask_for_ever(&wire, &sum));
  for (auto _ : state) {
    Completer<std::int64_t> waiting = std::move(wire.waiting);
    waiting.complete(1);
  }
  benchmark::DoNotOptimize(sum);
}
BENCHMARK(suspend_and_resume);

// A clock of which nobody wakes. A sleeper costs what RealClock's does: its frame, and 16 bytes in
// a heap.
class LongNight : public Clock {
 public:
  Instant now() const override { return kRunStart; }
  Task<Done> sleep_until(Instant when) override {
    Sleeper sleeper{this, when};
    co_await sleeper;
    co_return Done{};
  }

 private:
  struct Sleeper {
    LongNight* clock;
    Instant when;
    std::size_t index = 0;
    std::coroutine_handle<> waiting{};
    bool await_ready() const { return false; }
    void await_suspend(std::coroutine_handle<> handle) {
      waiting = handle;
      clock->heap_.push_back({when, this});
    }
    void await_resume() const {}
  };
  struct Entry {
    Instant when;
    Sleeper* sleeper;
  };
  std::vector<Entry> heap_;
};

class ShopWindow : public Strategy {
 public:
  Task<StockView> view(ItemId) override { co_return StockView{1, Source::cache, {}}; }
  Task<Purchase> buy(Order) override { co_return Purchase{}; }
};

// Of the heap, what malloc adds included.
std::size_t bytes_in_use() {
  const auto info = mallinfo2();
  return info.uordblks + info.hblkhd;
}

// 100,000 buyers who have seen a page and think about the next.
void waiting_buyer(benchmark::State& state) {
  constexpr int kBuyers = 100'000;
  Shop shop;
  shop.products.push_back({ItemId{1}, "p", 10, true});
  const ProductChoice products(shop, {});
  Buyers buyers;
  buyers.views = {.kind = Distribution::Kind::fixed, .mean = 2};
  buyers.think = {.kind = Distribution::Kind::fixed, .mean = 10};
  buyers.quantity = {.kind = Distribution::Kind::fixed, .mean = 1};
  std::size_t bytes = 0;
  for (auto _ : state) {
    ShopWindow strategy;
    LongNight clock;
    Recorder recorder;
    History history;
    Floor floor{strategy, clock, buyers, products, 1, recorder, history};
    TaskScope inside;
    const std::size_t before = bytes_in_use();
    for (int i = 0; i < kBuyers; ++i) inside.spawn(session(floor, BuyerId{i}, kRunStart));
    bytes = bytes_in_use() - before;
    state.PauseTiming();
    inside.destroy_all();
    state.ResumeTiming();
  }
  state.SetItemsProcessed(state.iterations() * kBuyers);
  state.counters["bytes_per_buyer"] = static_cast<double>(bytes) / kBuyers;
}
BENCHMARK(waiting_buyer)->Iterations(1)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace doorbuster
