// admission: a waiting room before the purchase. So many buyers a second are let in to buy, in the
// order of coming or by lot; who has waited too long is refused.
//
// The stores then see a steady rate whatever the rush, and the wait happens where it costs nothing.
// By lot, a bot that came first has no better chance than the others who wait. admission_rate is a
// total; each instance lets in its share.
#include <unordered_map>

#include "base/completion.h"
#include "base/task_scope.h"
#include "strategy/decorator.h"
#include "strategy/registry.h"
#include "strategy/waiting_room.h"

namespace doorbuster {
namespace {

WaitingRoom::Line line_of(const Options& options) {
  return option<std::string>(options, "admission") == "shuffled" ? WaitingRoom::Line::shuffled
                                                                 : WaitingRoom::Line::first_come;
}

class Admission final : public StrategyDecorator {
 public:
  Admission(std::unique_ptr<Strategy> inner, Stores stores, const Options& options)
      : StrategyDecorator(std::move(inner)),
        clock_(stores.clock),
        random_(stores.random),
        figures_(stores.figures),
        room_(line_of(options), option<double>(options, "admission_rate") / stores.shards,
              option<Duration>(options, "admission_wait")) {}

  Task<Purchase> buy(Order order) override {
    const Instant came = clock_.now();
    const auto let_in = co_await turn();
    if (!let_in || !*let_in) {
      figures_.count("turned_away");
      co_return Purchase{Outcome::refused, {}};
    }
    figures_.took("admission_wait", clock_.now() - came);
    co_return co_await inner().buy(order);
  }

 private:
  Task<bool> turn() {
    Completion<bool> turn;
    waiting_.emplace(room_.enter(clock_.now()), turn.completer());
    if (doorkeeper_.alive() == 0) doorkeeper_.spawn(keep_the_door());
    co_return co_await turn;
  }

  Task<Done> keep_the_door() {
    while (!room_.empty()) {
      if (room_.wakes() > clock_.now()) (void)co_await clock_.sleep_until(room_.wakes());
      while (const auto ticket = room_.give_up(clock_.now())) tell(*ticket, false);
      while (const auto ticket = room_.admit(clock_.now(), random_)) tell(*ticket, true);
    }
    co_return Done{};
  }

  void tell(WaitingRoom::Ticket ticket, bool let_in) {
    Completer<bool> turn = std::move(waiting_.at(ticket));
    waiting_.erase(ticket);
    turn.complete(let_in);
  }

  Clock& clock_;
  Random& random_;
  StrategyFigures& figures_;
  WaitingRoom room_;
  std::unordered_map<WaitingRoom::Ticket, Completer<bool>> waiting_;  // never iterated
  TaskScope doorkeeper_;
};

}  // namespace

DecoratorEntry admission_decorator() {
  const std::vector<Idle> open = {{"admission", std::string("none")}};
  return {.options = {{"admission",
                       std::string("none"),
                       "a waiting room before the purchase: in the order of coming, or by lot",
                       {"none", "first_come", "shuffled"}},
                      {"admission_rate",
                       100.0,
                       "buyers a second who are let in, of all instances",
                       {},
                       {},
                       open},
                      at_least(kLeastPoll, {"admission_wait",
                                            Duration(30s),
                                            "who has waited for so long is refused",
                                            {},
                                            {},
                                            open})},
          .wanted =
              [](const Options& options) {
                return option<std::string>(options, "admission") != "none" &&
                       option<double>(options, "admission_rate") > 0;
              },
          .wrap = [](std::unique_ptr<Strategy> inner, Stores stores,
                     const Options& options) -> std::unique_ptr<Strategy> {
            return std::make_unique<Admission>(std::move(inner), stores, options);
          }};
}

}  // namespace doorbuster
