// Decorators: a Strategy that holds a Strategy. Each is one file, wraps any strategy of the
// catalogue, and is asked for by options that all of them take (retry_attempts = 3), which stand in
// the strategy's own section of a scenario. An option that is not there has its standard.
//
// From the inside out: lock, retry, limit, idempotency, admission, sold_out_flag, cache_down,
// single_flight. So an attempt locks anew, a replay is answered before it counts, whoever is let in
// is let in once, the flag spares all of it, and those who look together go past the cache once. To
// add one: its file, which defines DecoratorEntry NAME(), and one line in decorator.cpp. A breaker
// (breaker.h) stands before the cache of all of them.
#pragma once

#include <functional>
#include <memory>
#include <utility>

#include "scenario/vocabulary.h"
#include "strategy/strategy.h"

namespace doorbuster {

// Passes everything on; a decorator overrides what it changes.
class StrategyDecorator : public Strategy {
 public:
  explicit StrategyDecorator(std::unique_ptr<Strategy> inner) : inner_(std::move(inner)) {}

  Task<StockView> view(ItemId item) override { return inner_->view(item); }
  Task<Purchase> buy(Order order) override { return inner_->buy(order); }
  Task<Purchase> pay(Order order, Payment payment) override { return inner_->pay(order, payment); }
  Task<Done> prepare(std::vector<StockedItem> items) override {
    return inner_->prepare(std::move(items));
  }
  Task<Done> background() override { return inner_->background(); }
  Task<Done> drain() override { return inner_->drain(); }
  Task<std::optional<Quantity>> cached(ItemId item) override { return inner_->cached(item); }
  Task<std::optional<GateAccount>> gate(ItemId item) override { return inner_->gate(item); }

 protected:
  Strategy& inner() { return *inner_; }

 private:
  std::unique_ptr<Strategy> inner_;
};

struct DecoratorEntry {
  std::vector<OptionWord> options;
  bool (*wanted)(const Options& options) = nullptr;
  // REQUIRES: every one of its options is there.
  std::unique_ptr<Strategy> (*wrap)(std::unique_ptr<Strategy> inner, Stores stores,
                                    const Options& options) = nullptr;
};

// The options that every strategy takes.
const std::vector<OptionWord>& decorator_options();

// A strategy's options with those of the decorators that are not said.
Options with_decorator_options(Options options);

// The strategy that `make` makes, in all the decorators that its options ask for.
std::unique_ptr<Strategy> decorated(Stores stores, const Options& options,
                                    const std::function<std::unique_ptr<Strategy>(Stores)>& make);

}  // namespace doorbuster
