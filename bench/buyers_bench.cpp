// Buyers who wait: a million at once with the whole of a run around them, and, one by one, what a
// waiting buyer costs against an asio::awaitable that waits for a steady_timer. Memory is what the
// kernel says of the process.
#include <benchmark/benchmark.h>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "bench/instant_world.h"
#include "bench/own_process.h"
#include "bench/short_form.h"

namespace doorbuster {
namespace {

const int times = times_or(5);

// The largest that a closed load of so many buyers makes the process, when all are inside.
struct Inside {
  double most_bytes = 0;
  double all_came_s = 0;  // after the doors opened the last of them was let in
  double cpu_us_per_op = 0;
  double op_per_s = 0;
  double failed = 0;
};

Inside let_in(std::int64_t buyers, const std::string& load, Duration stores_take) {
  const auto scenario = scenario_from(fmt::format(R"(
strategies = ["database-atomic"]
shop.stock = 1000000
load.model = "closed"
load.buyers = {0}
limits.buyers_in_flight = {0}
{1})",
                                                  buyers, load));
  Inside result;
  std::int64_t most = 0;
  const auto look = [&](const OpeningProgress& progress) {
    result.most_bytes = std::max(result.most_bytes, resident_bytes());
    most = std::max(most, progress.total.in_flight);
  };
  const auto measured = open_once(scenario, stores_take, look);
  CHECK(most == buyers, "{} of {} were there at once", most, buyers);
  result.all_came_s = to_seconds(measured.opening.recorded.lag.view.max());
  result.cpu_us_per_op = measured.cpu_us_per_operation();
  result.op_per_s = measured.per_second();
  result.failed = static_cast<double>(measured.opening.recorded.tally.views_failed);
  return result;
}

// All of them come at the opening, see a page, and think about it for longer than the load lasts.
void waiting_in_a_run(benchmark::State& state) {
  const auto buyers = state.range(0);
  for (auto _ : state) {
    const auto inside = in_a_process_of_its_own([&] {
      return let_in(buyers, R"(
load.duration = "3s"
limits.drain = "0s"
buyers.views = { distribution = "fixed", value = 2 }
buyers.think = { distribution = "uniform", low = "5s", high = "9s" }
)",
                    {});
    });
    state.counters["process_MB"] = inside.most_bytes / 1e6;
    state.counters["bytes/buyer"] = inside.most_bytes / static_cast<double>(buyers);
    state.counters["all_came_s"] = inside.all_came_s;
  }
}
BENCHMARK(waiting_in_a_run)->Arg(1'000'000)->Iterations(1)->Repetitions(times)->UseRealTime();

// Everybody has asked the stores and waits for an answer, which takes a second.
void in_flight_in_a_run(benchmark::State& state) {
  const auto buyers = state.range(0);
  for (auto _ : state) {
    const auto inside = in_a_process_of_its_own([&] {
      return let_in(buyers, R"(
load.duration = "4s"
buyers.views = { distribution = "fixed", value = 1 }
buyers.think = "0s"
)",
                    1s);
    });
    state.counters["process_MB"] = inside.most_bytes / 1e6;
    state.counters["cpu_us/op"] = inside.cpu_us_per_op;
    state.counters["op/s"] = inside.op_per_s;
    state.counters["failed"] = inside.failed;
  }
}
BENCHMARK(in_flight_in_a_run)->Arg(100'000)->Iterations(1)->Repetitions(times)->UseRealTime();

constexpr int kBuyers = 100'000;
constexpr int kNaps = 5;
constexpr Duration kNap = 200ms;

// What both sides are measured by: spawn all, let each wait kNaps times, a nap apart.
struct Waited {
  double bytes = 0;      // a waiter
  double spawn_ns = 0;   // a waiter
  double resume_ns = 0;  // CPU time a nap
};

void show(benchmark::State& state, const Waited& waited) {
  state.counters["bytes/buyer"] = waited.bytes;
  state.counters["spawn_ns"] = waited.spawn_ns;
  state.counters["resume_ns"] = waited.resume_ns;
}

template <class Spawn, class Run>
Waited wait(Spawn spawn, Run run) {
  Waited waited;
  const double bytes = resident_bytes();
  const Duration begun = own_cpu();
  for (int i = 0; i < kBuyers; ++i) spawn(i);
  const Duration spawned = own_cpu();
  waited.bytes = (resident_bytes() - bytes) / kBuyers;
  run();
  const Duration ended = own_cpu();
  waited.spawn_ns = to_micros(spawned - begun) * 1e3 / kBuyers;
  waited.resume_ns = to_micros(ended - spawned) * 1e3 / (double{kBuyers} * kNaps);
  return waited;
}

class ShopWindow : public Strategy {
 public:
  Task<StockView> view(ItemId) override { co_return StockView{1, Source::cache, {}}; }
  Task<Purchase> buy(Order) override { co_return Purchase{}; }
};

Task<Done> wait_until_empty(Guests* guests, Clock* clock) {
  while (guests->alive() > 0) {
    const Instant glance = clock->now() + 10ms;
    (void)co_await clock->sleep_until(glance);
  }
  co_return Done{};
}

// The session that a run has: it draws what it wants, and each nap ends in a page that is recorded.
void session_that_naps(benchmark::State& state) {
  Shop shop;
  shop.products.push_back({ItemId{1}, "p", 10, true});
  const ProductChoice products(shop, {});
  Buyers buyers;
  buyers.views = {.kind = Distribution::Kind::fixed, .mean = kNaps + 1};
  buyers.think = {.kind = Distribution::Kind::fixed, .mean = to_seconds(kNap)};
  buyers.quantity = {.kind = Distribution::Kind::fixed, .mean = 1};
  buyers.never_buys = 1;
  const auto measure = [&] {
    EventLoop loop;
    RealClock clock(loop, steady_now());
    ShopWindow strategy;
    Recorder recorder;
    History history;
    Floor floor{strategy, clock, buyers, products, 1, recorder, history};
    Guests guests(floor);
    return wait([&](int i) { begin_session(guests, BuyerId{i}, clock.now()); },
                [&] { (void)loop.run_until_done(wait_until_empty(&guests, &clock)); });
  };
  for (auto _ : state) show(state, in_a_process_of_its_own(measure));
}
BENCHMARK(session_that_naps)->Iterations(1)->Repetitions(times)->UseRealTime();

namespace asio = boost::asio;

asio::awaitable<void> nap_by_timer(std::chrono::steady_clock::time_point begun) {
  asio::steady_timer timer(co_await asio::this_coro::executor);
  for (int nap = 1; nap <= kNaps; ++nap) {
    timer.expires_at(begun + nap * kNap);
    co_await timer.async_wait(asio::use_awaitable);
  }
}

// Nothing but the naps.
void awaitable_that_naps(benchmark::State& state) {
  const auto measure = [] {
    asio::io_context context(BOOST_ASIO_CONCURRENCY_HINT_UNSAFE);
    const auto begun = std::chrono::steady_clock::time_point(steady_now() + kNap);
    return wait(
        [&](int) {
          asio::co_spawn(context, nap_by_timer(begun), asio::detached);
          context.poll();
        },
        [&] { context.run(); });
  };
  for (auto _ : state) show(state, in_a_process_of_its_own(measure));
}
BENCHMARK(awaitable_that_naps)->Iterations(1)->Repetitions(times)->UseRealTime();

}  // namespace
}  // namespace doorbuster
