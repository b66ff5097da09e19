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
  PlainVisit(Floor&, Plan& plan, BuyerId buyer, Instant scheduled)
      : plan_(plan), buyer_(buyer), next_(scheduled) {
    ++plan.seen.begun;
  }
  ~PlainVisit() { ++plan_.seen.ended; }

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
  EXPECT_EQ(guests_.alive(), 0U);
  EXPECT_EQ(guests_.doing().alive(), 0U);
  scheduler_.run();
  EXPECT_EQ(scheduler_.now(), at(10s)) << "nothing of them is left";
}

}  // namespace
}  // namespace doorbuster
