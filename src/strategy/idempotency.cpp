// idempotency: an order's key is claimed in Redis before the purchase, and the answer kept there
// after it, so that a replay is answered without asking the database.
//
//   SET key NX PX ttl:  claimed   -> the purchase; its answer is kept for ttl
//                       under way -> an earlier attempt is; nobody can tell yet
//                       ended     -> the answer of then
//   a purchase that certainly failed, or that is still to be paid, gives its claim up
//
// As the only protection it fails: a claim that is lost, evicted or older than its TTL lets the
// order be bought again, for claim and commit are not one step. Over a purchase that writes the key
// in its own statement it is a cache of answers, no more. A client who dies after the claim leaves
// the order "under way" until the TTL. Source: Stripe, "Designing robust and predictable APIs with
// idempotency", 2017.
#include "strategy/decorator.h"
#include "strategy/registry.h"

namespace doorbuster {
namespace {

class Idempotency final : public StrategyDecorator {
 public:
  Idempotency(std::unique_ptr<Strategy> inner, Stores stores, const Options& options)
      : StrategyDecorator(std::move(inner)),
        cache_(stores.cache),
        ttl_(option<Duration>(options, "idempotency_ttl")) {}

  Task<Purchase> buy(Order order) override {
    const auto claim = co_await cache_(ClaimOrder{order.key, ttl_});
    if (!claim) co_return certainly_no_sale(claim.error());
    switch (claim->state) {
      case ClaimOrder::State::ended:
        co_return Purchase{claim->outcome, {}};
      case ClaimOrder::State::under_way:
        co_return Error(Store::redis, Cause::timed_out, false, "",
                        "an attempt under this key is under way");
      case ClaimOrder::State::claimed:
        break;
    }
    const auto answer = co_await inner().buy(order);
    if (is_final(answer)) {
      (void)co_await cache_(KeepAnswer{order.key, answer->outcome, ttl_});
    } else if (answer || answer.error().definite()) {
      (void)co_await cache_(DropClaim{order.key});
    }
    co_return answer;
  }

 private:
  static bool is_final(const Result<Purchase>& answer) {
    return answer && answer->outcome != Outcome::refused && !answer->to_pay;
  }

  Cache& cache_;
  Ttl ttl_;
};

}  // namespace

DecoratorEntry idempotency_decorator() {
  return {.options = {{"idempotency",
                       std::string("none"),
                       "redis: a key is claimed before the purchase, its answer kept after it",
                       {"none", "redis"}},
                      {"idempotency_ttl",
                       Duration(60s),
                       "how long a claim and an answer are kept",
                       {},
                       {},
                       {{"idempotency", std::string("none")}}}},
          .wanted =
              [](const Options& options) {
                return option<std::string>(options, "idempotency") == "redis";
              },
          .wrap = [](std::unique_ptr<Strategy> inner, Stores stores,
                     const Options& options) -> std::unique_ptr<Strategy> {
            return std::make_unique<Idempotency>(std::move(inner), stores, options);
          }};
}

}  // namespace doorbuster
