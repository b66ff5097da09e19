// For tests: a shop that answers as it is told, in virtual time, and the floor on which its buyers
// walk. Unless a test says otherwise, a buyer wants one unit of item 1, looks at no page, thinks no
// time and is patient.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "base/task_scope.h"
#include "load/crowd.h"
#include "sim/virtual_clock.h"

namespace doorbuster {

class FakeShop : public Strategy {
 public:
  explicit FakeShop(Clock& clock) : clock_(clock) {}

  Task<StockView> view(ItemId) override {
    ++views;
    if (page_takes > Duration{}) (void)co_await clock_.sleep_until(clock_.now() + page_takes);
    co_return page;
  }
  Task<Purchase> buy(Order order) override {
    orders.push_back(order);
    most_at_once = std::max(most_at_once, ++at_once_);
    if (sale_takes > Duration{}) (void)co_await clock_.sleep_until(clock_.now() + sale_takes);
    --at_once_;
    if (orders.size() <= answers.size()) co_return answers[orders.size() - 1];
    co_return answer;
  }
  Task<Purchase> pay(Order order, Payment payment) override {
    payments.emplace_back(order, payment);
    if (payment_takes > Duration{}) (void)co_await clock_.sleep_until(clock_.now() + payment_takes);
    if (paid) co_return *paid;
    co_return co_await Strategy::pay(order, payment);
  }

  // The shop only holds what is bought.
  void hold() { answer = Purchase{.outcome = Outcome::sold, .after = {}, .to_pay = true}; }

  Duration page_takes{};
  Duration sale_takes{};
  Result<StockView> page = StockView{5, Source::cache, {}};
  Duration payment_takes{};
  Result<Purchase> answer = Purchase{Outcome::sold, {}};
  std::vector<Result<Purchase>> answers;  // of the first so many orders, instead
  std::optional<Result<Purchase>> paid;   // instead of what was meant

  int views = 0;
  std::vector<Order> orders;  // as they came
  std::vector<std::pair<Order, Payment>> payments;
  int most_at_once = 0;

 private:
  Clock& clock_;
  int at_once_ = 0;
};

inline Distribution fixed(double value) {
  return {.kind = Distribution::Kind::fixed, .mean = value};
}

inline Buyers plain_buyers() {
  Buyers buyers;
  buyers.views = fixed(0);
  buyers.think = fixed(0);
  buyers.quantity = fixed(1);
  return buyers;
}

inline Shop shop_with(int items) {
  Shop shop;
  for (int i = 1; i <= items; ++i) shop.products.push_back({ItemId{i}, "product", 100, true});
  return shop;
}

class LoadTest : public testing::Test {
 protected:
  static Instant at(Duration time) { return kRunStart + time; }
  static Error lost_reply() {
    return Error(Store::postgres, Cause::timed_out, false, "", "there came no reply");
  }
  static Error not_sent() {
    return Error(Store::postgres, Cause::not_connected, true, "", "there is no connection");
  }

  void come(Instant scheduled = kRunStart) { begin_session(guests_, BuyerId{7}, scheduled); }

  // The one intent there was ended so, and everything adds up.
  void expect_settled(Outcome outcome) {
    const Tally& tally = recorder_.tally;
    EXPECT_EQ(tally.arrived, 1);
    EXPECT_EQ(tally[outcome], 1) << to_string(outcome);
    EXPECT_TRUE(tally.balances());
    EXPECT_EQ(tally.units_sold, outcome == Outcome::sold ? 1 : 0);
    EXPECT_EQ(recorder_.in_flight, 0);
  }

  Scheduler scheduler_;
  VirtualClock clock_{scheduler_};
  FakeShop shop_{clock_};
  Buyers buyers_ = plain_buyers();
  ProductChoice products_{shop_with(1), {Choice::Kind::one, 0}};
  Recorder recorder_;
  History history_;
  Floor floor_{shop_, clock_, buyers_, products_, 1, recorder_, history_};
  Guests guests_{floor_};
  TaskScope inside_;
};

}  // namespace doorbuster
