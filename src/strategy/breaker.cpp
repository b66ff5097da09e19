#include "strategy/breaker.h"

#include "strategy/circuit_breaker.h"
#include "strategy/decorator.h"
#include "strategy/registry.h"

namespace doorbuster {
namespace {

bool speaks_of_health(const Error& error) {
  return error.cause() == Cause::timed_out || error.cause() == Cause::connection_lost ||
         error.cause() == Cause::not_connected;
}

class BreakerCache final : public Cache {
 public:
  BreakerCache(Stores stores, const CircuitBreaker::Settings& settings)
      : cache_(stores.cache),
        clock_(stores.clock),
        figures_(stores.figures),
        breaker_(settings),
        refusal_(Store::redis, Cause::breaker_open, true, "",
                 "the circuit breaker before Redis is open") {
    for (const char* name :
         {"breaker_opened", "breaker_reopened", "breaker_closed", "breaker_refused"}) {
      figures_.count(name, 0);
    }
  }

  Task<CacheReply> execute(CacheOperation operation) override {
    if (aside_) co_return co_await cache_.execute(operation);
    const auto permit = breaker_.ask(clock_.now());
    if (!permit) {
      figures_.count("breaker_refused");
      co_return refusal_;
    }
    Result<CacheReply> reply = co_await cache_.execute(operation);
    const auto before = breaker_.state();
    breaker_.ended(*permit, reply || !speaks_of_health(reply.error()), clock_.now());
    tell(before);
    co_return reply;
  }

  void stand_aside() {
    if (aside_) return;
    aside_ = true;
    if (breaker_.state() != State::closed) was_open();
  }

 private:
  using State = CircuitBreaker::State;

  void tell(State before) {
    const State now = breaker_.state();
    if (aside_ || now == before) return;
    if (now == State::open) {
      figures_.count(before == State::closed ? "breaker_opened" : "breaker_reopened");
    }
    if (now != State::closed) return;
    figures_.count("breaker_closed");
    was_open();
  }
  void was_open() { figures_.took("breaker_was_open", clock_.now() - breaker_.opened()); }

  Cache& cache_;
  Clock& clock_;
  StrategyFigures& figures_;
  CircuitBreaker breaker_;
  Error refusal_;  // one for all, since there may be many
  bool aside_ = false;
};

struct HasBreaker {
  std::unique_ptr<BreakerCache> cache;
};

// A base has it, so that it outlives the strategy that asks through it.
class BehindBreaker final : private HasBreaker, public StrategyDecorator {
 public:
  BehindBreaker(std::unique_ptr<BreakerCache> breaker, std::unique_ptr<Strategy> inner)
      : HasBreaker{std::move(breaker)}, StrategyDecorator(std::move(inner)) {}

  Task<Purchase> buy(Order order) override {
    const auto answer = co_await inner().buy(order);
    const bool held_back =
        !answer && answer.error().definite() && answer.error().cause() == Cause::breaker_open;
    if (held_back) co_return Purchase{Outcome::refused, {}};
    co_return answer;
  }

  Task<Done> drain() override {
    cache->stand_aside();
    return inner().drain();
  }
};

}  // namespace

std::vector<OptionWord> breaker_options() {
  const std::vector<Idle> none = {{"breaker", false}};
  return {{"breaker",
           false,
           "an instance whose operations on the cache fail stops asking it for a while",
           {}},
          at_least(std::int64_t{1}, {"breaker_failures",
                                     std::int64_t{5},
                                     "opens after so many failures within breaker_window",
                                     {},
                                     {},
                                     none}),
          {"breaker_failure_rate",
           0.5,
           "and when they are this share of all that ended in it",
           {},
           {},
           none},
          at_least(Duration(1ms),
                   {"breaker_window", Duration(1s), "how long a failure counts", {}, {}, none}),
          at_least(Duration(1ms), {"breaker_open_for",
                                   Duration(1s),
                                   "how long it stays open before it lets probes through",
                                   {},
                                   {},
                                   none}),
          at_least(std::int64_t{1}, {"breaker_probes",
                                     std::int64_t{3},
                                     "operations that must end well before it closes",
                                     {},
                                     {},
                                     none})};
}

std::unique_ptr<Strategy> behind_breaker(
    Stores stores, const Options& options,
    const std::function<std::unique_ptr<Strategy>(Stores)>& make) {
  if (!option<bool>(options, "breaker")) return make(stores);
  const CircuitBreaker::Settings settings{
      .failures = option<std::int64_t>(options, "breaker_failures"),
      .failure_rate = option<double>(options, "breaker_failure_rate"),
      .window = option<Duration>(options, "breaker_window"),
      .open_for = option<Duration>(options, "breaker_open_for"),
      .probes = option<std::int64_t>(options, "breaker_probes")};
  auto cache = std::make_unique<BreakerCache>(stores, settings);
  auto inner =
      make({*cache, stores.database, stores.clock, stores.random, stores.figures, stores.shards});
  return std::make_unique<BehindBreaker>(std::move(cache), std::move(inner));
}

}  // namespace doorbuster
