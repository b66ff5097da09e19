// sold_out_flag: an instance that was told "sold out" tells its buyers so without asking again,
// until it learns that units came back.
//
// Kills the tail of a sale: after the sell-out a refusal costs no round trip. The flag remembers
// the smallest quantity that was refused, for one unit may be left where two were asked for. An
// order that was sent before is always passed on, for it may be among the sold. Units that come
// back through another instance, or by a sweeper, are not seen: with strategies that return units
// it undersells. Source: the localOverMap of miaosha tutorials (qiurunze123/miaosha).
#include <unordered_map>

#include "strategy/decorator.h"
#include "strategy/registry.h"

namespace doorbuster {
namespace {

class SoldOutFlag final : public StrategyDecorator {
 public:
  using StrategyDecorator::StrategyDecorator;

  Task<Purchase> buy(Order order) override {
    if (order.repeats == 0 && is_up(order)) co_return Purchase{Outcome::sold_out, {}};
    const auto answer = co_await inner().buy(order);
    if (answer && answer->outcome == Outcome::sold_out) raise(order);
    co_return answer;
  }

  Task<Purchase> pay(Order order, Payment payment) override {
    const auto paid = co_await inner().pay(order, payment);
    if (paid && paid->outcome != Outcome::sold) refused_.erase(order.item);
    co_return paid;
  }

 private:
  bool is_up(const Order& order) const {
    const auto refused = refused_.find(order.item);
    return refused != refused_.end() && order.quantity >= refused->second;
  }
  void raise(const Order& order) {
    const auto [refused, first] = refused_.emplace(order.item, order.quantity);
    if (!first) refused->second = std::min(refused->second, order.quantity);
  }

  std::unordered_map<ItemId, Quantity> refused_;  // the smallest quantity; looked up, not iterated
};

}  // namespace

DecoratorEntry sold_out_flag_decorator() {
  return {.options = {{"sold_out_flag",
                       false,
                       "an instance that was told sold out says so itself from then on",
                       {}}},
          .wanted = [](const Options& options) { return option<bool>(options, "sold_out_flag"); },
          .wrap = [](std::unique_ptr<Strategy> inner, Stores,
                     const Options&) -> std::unique_ptr<Strategy> {
            return std::make_unique<SoldOutFlag>(std::move(inner));
          }};
}

}  // namespace doorbuster
