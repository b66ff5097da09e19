// What it costs to know when the next buyer comes, and what this one wants.
#include <benchmark/benchmark.h>

#include <optional>

#include "load/arrivals.h"
#include "load/intent.h"

namespace doorbuster {
namespace {

Load load_of(Stage stage) {
  Load load;
  load.stages = {stage};
  return load;
}

// Time for each arrival; the load ends far beyond the benchmark, or begins anew.
void walk(benchmark::State& state, const Load& load) {
  std::optional<Arrivals> arrivals(std::in_place, load, 1);
  for (auto _ : state) {
    auto arrival = arrivals->next();
    if (!arrival) arrivals.emplace(load, 1);
    benchmark::DoNotOptimize(arrival);
  }
  state.SetItemsProcessed(state.iterations());
}

void constant_arrival(benchmark::State& state) {
  walk(state, load_of({.profile = Profile::constant, .duration = 10'000s, .rate = 20'000}));
}
BENCHMARK(constant_arrival);

void poisson_arrival(benchmark::State& state) {
  walk(state, load_of({.profile = Profile::poisson, .duration = 10'000s, .rate = 20'000}));
}
BENCHMARK(poisson_arrival);

// Thinning throws away what lies under the slice's highest rate.
void flash_arrival(benchmark::State& state) {
  walk(state, load_of({.profile = Profile::flash,
                       .duration = 60s,
                       .rate = 20'000,
                       .at = 5s,
                       .quiet_rate = 100,
                       .decay = 10s}));
}
BENCHMARK(flash_arrival);

// What a buyer wants, its stream of chance included; the argument is the number of products.
void intent(benchmark::State& state) {
  Shop shop;
  for (int i = 1; i <= state.range(0); ++i) shop.products.push_back({ItemId{i}, "p", 10, true});
  const ProductChoice products(shop, {Choice::Kind::zipf, 0.99});
  Buyers buyers;
  buyers.views = {.kind = Distribution::Kind::geometric, .mean = 9};
  buyers.quantity = {.kind = Distribution::Kind::fixed, .mean = 1};
  buyers.never_buys = 0.2;
  std::int64_t buyer = 0;
  for (auto _ : state) {
    Random random = buyer_stream(1, BuyerId{buyer++});
    benchmark::DoNotOptimize(draw_intent(buyers, products, random));
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(intent)->Arg(1)->Arg(1000);

}  // namespace
}  // namespace doorbuster
