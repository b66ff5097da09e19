#include "audit/observer.h"

#include <utility>

namespace doorbuster {
namespace {

class EachView final : public Observer {
 public:
  EachView(const ItemHistory& history, Violations& violations, JudgeView judge)
      : history_(history), violations_(violations), judge_(judge) {}

  void see(const Observation& observation) override {
    if (observation.view()) judge_(history_, observation, violations_);
  }

 private:
  const ItemHistory& history_;
  Violations& violations_;
  JudgeView judge_;
};

class Undecided final : public Observer {
 public:
  Undecided(const ItemHistory& history, Violations& violations, std::string why)
      : history_(history), violations_(violations), why_(std::move(why)) {}

  void see(const Observation& observation) override {
    if (observation.view()) violations_.undecided(history_, why_);
  }

 private:
  const ItemHistory& history_;
  Violations& violations_;
  std::string why_;
};

}  // namespace

std::unique_ptr<Observer> observer_of_views(const ItemHistory& history, Violations& violations,
                                            JudgeView judge) {
  if (!history.stock.order_known()) {
    return undecided_views(history, violations, history.stock.why_not());
  }
  return std::make_unique<EachView>(history, violations, judge);
}

std::unique_ptr<Observer> undecided_views(const ItemHistory& history, Violations& violations,
                                          std::string why) {
  return std::make_unique<Undecided>(history, violations, std::move(why));
}

}  // namespace doorbuster
