// What the Redis codec costs: formatting a command into a buffer, reading its reply, both for one
// operation, with nothing sent.
#include <benchmark/benchmark.h>

#include <string>

#include "redis/command.h"

namespace doorbuster {
namespace {

const ScriptNames kNames = {std::string(40, 'a'), std::string(40, 'b'), std::string(40, 'c')};
constexpr Key kPlain{KeyFamily::inventory, ItemId{123}};
constexpr Key kLeased{KeyFamily::leased, ItemId{123}};

void format(benchmark::State& state, const CacheOperation& operation) {
  std::string out;
  for (auto _ : state) {
    out.clear();
    append_operation(out, operation, kNames);
    benchmark::DoNotOptimize(out.data());
  }
}

// Portions of `batch` replies, as they arrive when so many commands are in flight.
void parse(benchmark::State& state, const CacheOperation& operation, const std::string& reply,
           int batch) {
  std::string portion;
  for (int i = 0; i < batch; ++i) portion += reply;
  ReplyReader reader;
  const Decode decode = decoder_of(operation);
  for (auto _ : state) {
    reader.feed(portion.data(), portion.size());
    for (int i = 0; i < batch; ++i) {
      const Result<const Reply*> parsed = reader.next();
      Result<CacheReply> value = decode(**parsed);
      benchmark::DoNotOptimize(value);
    }
  }
  state.SetItemsProcessed(state.iterations() * batch);
}

const std::string kHit = "$3\r\n500\r\n";
const std::string kLeaseHit = "*2\r\n:1\r\n$3\r\n500\r\n";

BENCHMARK_CAPTURE(format, get, Get{kPlain});
BENCHMARK_CAPTURE(format, lease_get, LeaseGet{kLeased, 123456789, 100ms});
BENCHMARK_CAPTURE(parse, get_1, Get{kPlain}, kHit, 1);
BENCHMARK_CAPTURE(parse, get_16, Get{kPlain}, kHit, 16);
BENCHMARK_CAPTURE(parse, lease_get_16, LeaseGet{kLeased, 1, 100ms}, kLeaseHit, 16);

}  // namespace
}  // namespace doorbuster
