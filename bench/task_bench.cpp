// What a coroutine costs in time.
#include <benchmark/benchmark.h>

#include "base/completion.h"
#include "base/task.h"
#include "base/task_scope.h"

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

}  // namespace
}  // namespace doorbuster
