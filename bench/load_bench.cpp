// What a load costs the harness itself: arrivals, coroutines, clock reads, histograms and history,
// through the openings that a run is made of, on stores that answer at once (instant_world.h). In
// real time, so a benchmark's own time says nothing: its counters do.
#include <benchmark/benchmark.h>
#include <pthread.h>
#include <sys/resource.h>

#include <algorithm>
#include <atomic>
#include <vector>

#include "bench/instant_world.h"
#include "bench/own_process.h"
#include "bench/short_form.h"

namespace doorbuster {
namespace {

const int times = times_or(5);

std::string shop_and_shards(int shards) {
  return fmt::format(R"(
strategies = ["database-atomic"]
shards = {}
shop.stock = 1000000
limits.buyers_in_flight = 2000000
)",
                     shards);
}

// Each buyer looks at one page and buys, without a thought.
Scenario open_load(double rate, Duration duration, int shards = 1) {
  return scenario_from(fmt::format(R"({}
[load]
profile = "poisson"
rate = {}
duration = "{}ms"
[buyers]
views = {{ distribution = "fixed", value = 1 }}
think = "0s"
)",
                                   shop_and_shards(shards), rate,
                                   static_cast<int>(to_millis(duration))));
}

// So many at once, each of whom looks at a page, thinks and buys, again and again.
Scenario closed_load(int buyers, Duration think, Duration duration, int shards = 1) {
  return scenario_from(fmt::format(
      R"({}
[load]
model = "closed"
buyers = {}
duration = "{}ms"
[buyers]
views = {{ distribution = "fixed", value = 1 }}
think = {{ distribution = "uniform", low = "{}us", high = "{}us" }}
)",
      shop_and_shards(shards), buyers, static_cast<int>(to_millis(duration)),
      static_cast<int>(to_micros(think) / 2), static_cast<int>(to_micros(think) * 3 / 2)));
}

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

void show(benchmark::State& state, const Measured& measured) {
  const Attendance& attendance = measured.opening.attendance;
  state.counters["cpu_us/op"] = measured.cpu_us_per_operation();
  state.counters["op/s"] = measured.per_second();
  state.counters["lag_p50_us"] = measured.lag_us(50);
  state.counters["lag_p99_us"] = measured.lag_us(99);
  state.counters["dropped"] = static_cast<double>(attendance.dropped);
  state.counters["history_lost"] = static_cast<double>(measured.lost);
}

// What a long run at 5,000 arrivals a second still adds to the process after its first minute, or,
// in short, after its first sixth: of the resident memory as seen once a second since then, the
// median of the last tenth, less that of the first. tools/soak hour is the whole of it.
// The first of all: what others leave with the allocator would hide it, in a fork as well.
struct Memory {
  double settled = 0;  // bytes
  double ended = 0;
};

void memory_over_time(benchmark::State& state) {
  const Duration lasts = seconds_or(30);
  const Duration settles = std::min<Duration>(60s, lasts / 6);
  const auto measure = [&] {
    std::vector<double> seen;
    (void)open_once(open_load(5'000, lasts), {}, [&](const OpeningProgress& progress) {
      const bool open = progress.elapsed < progress.planned;
      if (open && progress.elapsed >= settles) seen.push_back(resident_bytes());
    });
    if (seen.empty()) return Memory{};
    const auto tenth = static_cast<std::ptrdiff_t>(seen.size() / 10 + 1);
    return Memory{median({seen.begin(), seen.begin() + tenth}),
                  median({seen.end() - tenth, seen.end()})};
  };
  for (auto _ : state) {
    const Memory memory = in_a_process_of_its_own(measure);
    state.counters["settled_MB"] = memory.settled / 1e6;
    state.counters["grew_MB"] = (memory.ended - memory.settled) / 1e6;
  }
}
BENCHMARK(memory_over_time)->Iterations(1)->UseRealTime();

// All bookkeeping of an operation: the argument is arrivals a second, of two operations each.
void bookkeeping(benchmark::State& state) {
  for (auto _ : state) {
    show(state, open_once(open_load(static_cast<double>(state.range(0)), seconds_or(3))));
  }
}
BENCHMARK(bookkeeping)
    ->Arg(50'000)
    ->Arg(100'000)
    ->Arg(200'000)
    ->Iterations(1)
    ->Repetitions(times)
    ->UseRealTime();

// Works as servers would, with their low priority, for as long as it lives.
class OtherCore {
 public:
  OtherCore()
      : thread_([this] {
          (void)setpriority(PRIO_PROCESS, 0, 10);  // Linux: of this thread alone
          while (!ending_.load(std::memory_order_relaxed)) benchmark::ClobberMemory();
        }) {}
  ~OtherCore() {
    ending_ = true;
    thread_.join();
  }

 private:
  std::atomic<bool> ending_ = false;
  std::thread thread_;
};

// How late buyers are let in while the other core is busy. Its CPU is not the harness's.
void lateness(benchmark::State& state) {
  for (auto _ : state) {
    const OtherCore busy;
    const auto measured = open_once(open_load(static_cast<double>(state.range(0)), seconds_or(5)));
    show(state, measured);
    state.counters.erase("cpu_us/op");
  }
}
BENCHMARK(lateness)->Arg(50'000)->Iterations(1)->Repetitions(times)->UseRealTime();

// Work done by two shards to work done by one, in turns. The buyers would do 8,000,000 operations a
// second, more than both can: of half as many the buyers themselves were the limit. The history's
// writer is a thread of its own: beside one shard it has a core, beside two it has none.
void two_shards_to_one(benchmark::State& state) {
  constexpr int kBuyers = 8'000;
  const bool history = state.range(0) != 0;
  std::vector<double> ratios, one, two;
  for (auto _ : state) {
    for (int round = 0; round < times; ++round) {
      const Duration each = seconds_or(1);
      one.push_back(open_once(closed_load(kBuyers, 1ms, each, 1), {}, {}, history).per_second());
      two.push_back(open_once(closed_load(kBuyers, 1ms, each, 2), {}, {}, history).per_second());
      ratios.push_back(two.back() / one.back());
    }
  }
  state.counters["one_op/s"] = median(one);
  state.counters["two_op/s"] = median(two);
  state.counters["ratio"] = median(ratios);
  state.counters["ratio_min"] = *std::ranges::min_element(ratios);
  state.counters["ratio_max"] = *std::ranges::max_element(ratios);
}
BENCHMARK(two_shards_to_one)->ArgName("history")->Arg(1)->Arg(0)->Iterations(1)->UseRealTime();

// What an operation costs when a hundred times as many buyers wait, at the same rate: in turns.
void a_hundred_times_the_buyers(benchmark::State& state) {
  constexpr Duration kSecond = 1s;
  constexpr int kFew = 1'000, kMany = 100'000;
  constexpr int kRate = 100'000;  // operations a second, two a session and a thought after each
  std::vector<double> ratios, few, many, rate;
  for (auto _ : state) {
    for (int round = 0; round < times; ++round) {
      const Duration each = seconds_or(3);
      const auto little = open_once(closed_load(kFew, kSecond * kFew / kRate, each));
      few.push_back(little.cpu_us_per_operation());
      rate.push_back(little.per_second());
      many.push_back(
          open_once(closed_load(kMany, kSecond * kMany / kRate, each)).cpu_us_per_operation());
      ratios.push_back(many.back() / few.back());
    }
  }
  state.counters["1000_op/s"] = median(rate);
  state.counters["1000_cpu_us/op"] = median(few);
  state.counters["100000_cpu_us/op"] = median(many);
  state.counters["ratio"] = median(ratios);
  state.counters["ratio_min"] = *std::ranges::min_element(ratios);
  state.counters["ratio_max"] = *std::ranges::max_element(ratios);
}
BENCHMARK(a_hundred_times_the_buyers)->Iterations(1)->UseRealTime();

}  // namespace
}  // namespace doorbuster
