// retry: a purchase that failed is sent again under its key, a few times, with full jitter between,
// and only while the budget of retries lasts.
//
//   sold, sold out, refused -> that is the answer; nothing is asked twice to hear another one
//   nothing was sent, a lost lock race (55P03), a deadlock (40P01), a serialization failure (40001)
//     -> again
//   no reply -> again: the key lets an order be placed once, whatever became of the first attempt
//   other errors -> they would come again
//
// Where the purchase does not write the key in the same statement as the stock (read-then-write,
// the textbook variants), sending again takes the units twice; such a combination must be asked
// for. When an attempt went unanswered, a later "busy" or error says nothing about it: then the
// purchase is unknown. Source: Brooker, "Timeouts, retries, and backoff with jitter", Amazon
// Builders' Library, 2019.
#include <algorithm>

#include "strategy/decorator.h"
#include "strategy/full_jitter.h"
#include "strategy/registry.h"
#include "strategy/retry_budget.h"

namespace doorbuster {
namespace {

bool may_help(const Error& error) {
  switch (error.cause()) {
    case Cause::timed_out:
    case Cause::connection_lost:
    case Cause::not_connected:
      return true;
    case Cause::refused_by_server:
      return error.code() == "40001" || error.code() == "40P01" || error.code() == "55P03";
    default:
      return false;
  }
}

class Retry final : public StrategyDecorator {
 public:
  Retry(std::unique_ptr<Strategy> inner, Stores stores, const Options& options)
      : StrategyDecorator(std::move(inner)),
        clock_(stores.clock),
        random_(stores.random),
        figures_(stores.figures),
        attempts_(option<std::int64_t>(options, "retry_attempts")),
        base_(option<Duration>(options, "retry_base")),
        cap_(option<Duration>(options, "retry_cap")),
        budget_(option<double>(options, "retry_budget")) {}

  Task<Purchase> buy(Order order) override {
    budget_.purchase_began();
    bool unanswered = false;
    for (std::int64_t attempt = 1;; ++attempt) {
      const auto answer = co_await inner().buy(order);
      if (answer) co_return judged(*answer, unanswered);
      const Error error = answer.error();
      unanswered = unanswered || !error.definite();
      if (attempt >= attempts_ || !may_help(error) || !may_spend()) {
        co_return unanswered ? error.as_indefinite() : error;
      }
      figures_.count("retries");
      const Duration wait = std::min(cap_, full_jitter(random_, base_, attempt - 1));
      (void)co_await clock_.sleep_until(clock_.now() + wait);
      ++order.repeats;
    }
  }

 private:
  static Result<Purchase> judged(const Purchase& answer, bool unanswered) {
    if (answer.outcome != Outcome::refused || !unanswered) return answer;
    return Error(Store::none, Cause::timed_out, false, "",
                 "the shop is busy, and an attempt before got no answer");
  }

  bool may_spend() {
    if (budget_.spend()) return true;
    figures_.count("retries_over_budget");
    return false;
  }

  Clock& clock_;
  Random& random_;
  StrategyFigures& figures_;
  std::int64_t attempts_;
  Duration base_;
  Duration cap_;
  RetryBudget budget_;
};

}  // namespace

DecoratorEntry retry_decorator() {
  const std::vector<Idle> once = {{"retry_attempts", std::int64_t{1}},
                                  {"retry_attempts", std::int64_t{0}}};
  return {
      .options =
          {{"retry_attempts",
            std::int64_t{1},
            "how often a purchase is sent at most under its key; 1: no retries",
            {}},
           {"retry_base",
            Duration(10ms),
            "the longest wait before the first retry; doubles with each",
            {},
            {},
            once},
           {"retry_cap", Duration(500ms), "the longest wait before any retry", {}, {}, once},
           {"retry_budget", 0.1, "retries, as a share of an instance's purchases", {}, {}, once}},
      .wanted =
          [](const Options& options) {
            return option<std::int64_t>(options, "retry_attempts") > 1;
          },
      .wrap = [](std::unique_ptr<Strategy> inner, Stores stores,
                 const Options& options) -> std::unique_ptr<Strategy> {
        return std::make_unique<Retry>(std::move(inner), stores, options);
      }};
}

}  // namespace doorbuster
