#include "load/guests.h"

#include <gtest/gtest.h>

#include "load/load_testing.h"

namespace doorbuster {
namespace {

// What became of the visits of one test.
struct Seen {
  int begun = 0;
  int steps = 0;
  int ended = 0;
  Instant last_left{};
};

// So many steps, a gap apart, each of which takes some time.
class PlainVisit {
 public:
  struct Plan {
    int steps = 1;
    Duration gap{};
    Duration takes{};
    Clock* clock = nullptr;
    Seen seen = {};
  };
  PlainVisit(Floor&, Plan& plan, BuyerId buyer, Instant scheduled, Instant)
      : plan_(plan), buyer_(buyer), next_(scheduled) {
    ++plan.seen.begun;
  }
  void leave(Instant now) {
    ++plan_.seen.ended;
    plan_.seen.last_left = now;
  }

  BuyerId buyer() const { return buyer_; }
  bool is_over() const { return done_ == plan_.steps; }
  bool patience_ended(Instant) const { return false; }
  Instant next_step(Instant now) { return done_ == 0 ? next_ : now + plan_.gap; }
  Task<Done> step(Instant now) {
    ++plan_.seen.steps;
    if (plan_.takes > Duration{}) (void)co_await plan_.clock->sleep_until(now + plan_.takes);
    ++done_;
    co_return Done{};
  }

 private:
  Plan& plan_;
  BuyerId buyer_;
  Instant next_;
  int done_ = 0;
};

class GuestsTest : public LoadTest {
 protected:
  void let_in(Instant when = kRunStart) { guests_.let_in<PlainVisit>(BuyerId{1}, when, plan_); }
  PlainVisit::Plan plan_{.clock = &clock_};
};

TEST_F(GuestsTest, AMillionStepsThatEndAtOnceAreNoRecursion) {
  plan_.steps = 1'000'000;
  let_in();
  scheduler_.run();
  EXPECT_EQ(plan_.seen.steps, 1'000'000);
  EXPECT_EQ(plan_.seen.ended, 1);
  EXPECT_EQ(guests_.alive(), 0U);
}

TEST_F(GuestsTest, WhoWaitsHasNoTask) {
  plan_.steps = 2;
  plan_.gap = 10s;
  plan_.takes = 1s;
  let_in(at(1s));
  EXPECT_EQ(guests_.doing().alive(), 0U) << "he is not there yet";
  scheduler_.run_until(at(1s));
  EXPECT_EQ(guests_.doing().alive(), 1U);
  scheduler_.run_until(at(5s));
  EXPECT_EQ(guests_.doing().alive(), 0U);
  EXPECT_EQ(guests_.alive(), 1U);
  scheduler_.run();
  EXPECT_EQ(scheduler_.now(), at(13s));
  EXPECT_EQ(plan_.seen.last_left, at(13s));
  EXPECT_EQ(plan_.seen.ended, 1);
  EXPECT_EQ(plan_.seen.steps, 2);
  EXPECT_EQ(guests_.alive(), 0U);
}

TEST_F(GuestsTest, AreForgottenWhereverTheyAreDestroyed) {
  plan_.gap = 10s;
  plan_.steps = 2;
  let_in(at(1s));
  let_in(at(20s));
  plan_.takes = 5s;
  let_in(at(9s));
  scheduler_.run_until(at(10s));
  EXPECT_EQ(guests_.alive(), 3U);
  guests_.destroy_all();
  EXPECT_EQ(plan_.seen.ended, 3);
  EXPECT_EQ(plan_.seen.last_left, at(10s));
  EXPECT_EQ(guests_.alive(), 0U);
  EXPECT_EQ(guests_.doing().alive(), 0U);
  scheduler_.run();
  EXPECT_EQ(scheduler_.now(), at(10s)) << "nothing of them is left";
}

TEST_F(GuestsTest, WhoNeverWaitsLetsOthersActAndTimePassAllTheSame) {
  PlainVisit::Plan other{.steps = 10, .clock = &clock_};
  plan_.steps = 1'000'000;
  let_in();
  EXPECT_LT(plan_.seen.steps, 1000) << "he would keep the loop until he has left";
  guests_.let_in<PlainVisit>(BuyerId{2}, at(1ns), other);
  scheduler_.run_until(at(100ns));
  EXPECT_EQ(other.seen.ended, 1);
  EXPECT_GT(plan_.seen.steps, 1000);
  EXPECT_EQ(plan_.seen.ended, 0);
}

// As a crowd in the closed model: each comes again so often.
class ReturningGuests : public GuestsTest, protected Guests::Host {
 protected:
  std::optional<Return> comes_again(BuyerId buyer, Instant scheduled, Instant now) override {
    left_.push_back(number(buyer));
    if (returns_ == 0) return std::nullopt;
    --returns_;
    return Return{BuyerId{number(buyer) + 10}, std::max(now + pause_, scheduled)};
  }
  bool lets_in() override { return open_; }
  void come(Instant when = kRunStart) { inside_.let_in<ReturningVisit>(BuyerId{1}, when); }

  struct ReturningVisit : PlainVisit {
    ReturningVisit(Floor& floor, BuyerId buyer, Instant scheduled, Instant now)
        : PlainVisit(floor, *plan, buyer, scheduled, now) {}
    static inline Plan* plan = nullptr;
  };
  ReturningGuests() { ReturningVisit::plan = &plan_; }

  int returns_ = 0;
  Duration pause_{};
  bool open_ = true;
  std::vector<std::int64_t> left_;
  Guests inside_{floor_, this};
};

TEST_F(ReturningGuests, ComeAsWhomAndWhenTheHostSays) {
  returns_ = 2;
  pause_ = 5s;
  come(at(1s));
  scheduler_.run_until(at(2s));
  EXPECT_EQ(inside_.pausing(), 1U);
  EXPECT_EQ(inside_.alive(), 1U);
  EXPECT_EQ(plan_.seen.ended, 1) << "the visit is over while he pauses";
  scheduler_.run();
  EXPECT_EQ(scheduler_.now(), at(11s));
  EXPECT_EQ(left_, (std::vector<std::int64_t>{1, 11, 21}));
  EXPECT_EQ(plan_.seen.begun, 3);
  EXPECT_EQ(plan_.seen.ended, 3);
  EXPECT_EQ(plan_.seen.last_left, at(11s));
  EXPECT_EQ(inside_.alive(), 0U);
  EXPECT_EQ(inside_.pausing(), 0U);
}

TEST_F(ReturningGuests, WhoFindTheDoorShutAreGone) {
  returns_ = 1;
  pause_ = 5s;
  come();
  open_ = false;
  scheduler_.run();
  EXPECT_EQ(scheduler_.now(), at(5s));
  EXPECT_EQ(plan_.seen.begun, 1);
  EXPECT_EQ(inside_.alive(), 0U);
  EXPECT_EQ(inside_.pausing(), 0U);
}

TEST_F(ReturningGuests, AreForgottenInTheirPause) {
  returns_ = 1;
  pause_ = 5s;
  come();
  EXPECT_EQ(inside_.pausing(), 1U);
  inside_.destroy_all();
  EXPECT_EQ(inside_.alive(), 0U);
  EXPECT_EQ(inside_.pausing(), 0U);
  EXPECT_EQ(plan_.seen.ended, 1) << "he had left before his pause";
  scheduler_.run();
  EXPECT_EQ(scheduler_.now(), kRunStart) << "nothing of them is left";
}

// Without a pause and in a shop that takes no time.
TEST_F(ReturningGuests, WhoComeAgainAtOnceLetOthersComeToo) {
  returns_ = 100'000;
  come();
  come();
  const std::size_t when_both_had_come = left_.size();
  EXPECT_LT(when_both_had_come, 1000U);
  EXPECT_EQ(inside_.alive(), 2U);
  scheduler_.run();
  EXPECT_EQ(left_.size(), 100'002U);
  EXPECT_EQ(inside_.alive(), 0U);
}

}  // namespace
}  // namespace doorbuster
