#include "measure/validity.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

namespace doorbuster {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::int64_t kArrivals = 10'000;

// A run with nothing wrong: 10,000 purchases of 20 ms each, in 10 s.
struct SaleRun {
  Recorder recorded;
  RunFacts facts;

  SaleRun() {
    facts = {
        .scheduled = kArrivals, .started = kArrivals, .measured = 10s, .clock_resolution = 1ns};
    recorded.tally.arrived = kArrivals;
    recorded.tally[Outcome::sold] = kArrivals;
    latencies(20ms);
    lags(kArrivals, 50us);
  }

  void latencies(Duration each) {
    recorded.latency.buy.clear();
    for (std::int64_t i = 0; i < kArrivals; ++i) recorded.latency.buy.record(each);
  }
  void lags(std::int64_t count, Duration each) {
    for (std::int64_t i = 0; i < count; ++i) recorded.lag.buy.record(each);
  }
  void drop(std::int64_t count) {
    recorded.tally[Outcome::dropped] = count;
    recorded.tally[Outcome::sold] -= count;
    facts.dropped = count;
    facts.started -= count;
  }
};

struct Case {
  std::string what;
  std::function<void(SaleRun&)> spoil;
  Validity expected;
  std::string reason;
};

const Case kCases[] = {
    {"nothing", [](SaleRun&) {}, Validity::valid, ""},
    {"a purchase without an outcome", [](SaleRun& run) { ++run.recorded.tally.arrived; },
     Validity::invalid, "10001 purchase intents arrived and 10000 have an outcome"},
    {"no ground truth", [](SaleRun& run) { run.facts.truth_read = false; }, Validity::invalid,
     "ground truth"},
    {"other stores", [](SaleRun& run) { run.facts.stores_changed = true; }, Validity::invalid,
     "not the ones provisioned"},
    {"one drop", [](SaleRun& run) { run.drop(1); }, Validity::degraded,
     "1 of 10000 arrivals were dropped (0.01 %)"},
    {"exactly 1 % dropped", [](SaleRun& run) { run.drop(100); }, Validity::degraded,
     "100 of 10000 arrivals were dropped (1 %)"},
    {"a drop that only the tally knows",
     [](SaleRun& run) {
       run.drop(1);
       run.facts.dropped = 0;
     },
     Validity::degraded, "1 of 10000 purchase intents were dropped"},
    {"exactly 99 % started", [](SaleRun& run) { run.facts.started = 9900; }, Validity::valid, ""},
    {"98.9 % started", [](SaleRun& run) { run.facts.started = 9890; }, Validity::invalid,
     "9890 of 10000 scheduled arrivals started (98.9 %, under 99 %)"},
    {"p99 lag of 3 ms under 20 ms latency", [](SaleRun& run) { run.lags(200, 3ms); },
     Validity::invalid,
     "p99 lag of buy operations is 3 ms, over 10 % of their p99 latency of 20 ms"},
    {"p99 lag of 1.5 ms, under a tenth of the latency", [](SaleRun& run) { run.lags(200, 1500us); },
     Validity::valid, ""},
    {"p99 lag of 0.9 ms under 1 ms latency",
     [](SaleRun& run) {
       run.latencies(1ms);
       run.lags(200, 900us);
     },
     Validity::valid, ""},
    {"p99.9 lag of 6 ms", [](SaleRun& run) { run.lags(20, 6ms); }, Validity::degraded,
     "p99.9 lag of buy operations is 6 ms"},
    {"p99.9 lag of 4.5 ms", [](SaleRun& run) { run.lags(20, 4500us); }, Validity::valid, ""},
    {"p99.9 lag of 6 ms, under a tenth of the latency",
     [](SaleRun& run) {
       run.latencies(100ms);
       run.lags(20, 6ms);
     },
     Validity::valid, ""},
    {"views that lag",
     [](SaleRun& run) {
       for (int i = 0; i < 100; ++i) run.recorded.lag.view.record(5ms);
       for (int i = 0; i < 100; ++i) run.recorded.latency.view.record(6ms);
     },
     Validity::invalid, "lag of view operations"},
    {"4.9 s measured", [](SaleRun& run) { run.facts.measured = 4900ms; }, Validity::degraded,
     "only 4.9 s were measured, under 5 s"},
    {"5 s measured", [](SaleRun& run) { run.facts.measured = 5s; }, Validity::valid, ""},
    {"a busy neighbour", [](SaleRun& run) { run.facts.foreign_cpu_share = 0.25; },
     Validity::degraded, "other processes took 25 %"},
    {"a quiet neighbour", [](SaleRun& run) { run.facts.foreign_cpu_share = 0.05; }, Validity::valid,
     ""},
    {"a coarse clock", [](SaleRun& run) { run.facts.clock_resolution = 4ms; }, Validity::degraded,
     "ticks every 4000.0 us"},
    {"nobody scheduled",
     [](SaleRun& run) {
       run.facts.scheduled = run.facts.started = 0;
       run.recorded = Recorder();
     },
     Validity::valid, ""},
};

TEST(Validity, FollowsTheRules) {
  for (const Case& row : kCases) {
    SCOPED_TRACE(row.what);
    SaleRun run;
    row.spoil(run);
    const Judgement judgement = judge(run.recorded, run.facts);
    EXPECT_EQ(to_string(judgement.validity), to_string(row.expected));
    if (row.reason.empty()) {
      EXPECT_THAT(judgement.reasons, ElementsAre());
    } else {
      EXPECT_THAT(judgement.reasons, ElementsAre(HasSubstr(row.reason)));
    }
  }
}

TEST(Validity, MoreThanOnePercentDroppedIsInvalidTwice) {
  SaleRun run;
  run.drop(101);
  const Judgement judgement = judge(run.recorded, run.facts);
  EXPECT_EQ(judgement.validity, Validity::invalid);
  EXPECT_THAT(judgement.reasons, ElementsAre(HasSubstr("101 of 10000 arrivals were dropped"),
                                             HasSubstr("scheduled arrivals started")));
}

TEST(Validity, WhatInvalidatesComesFirst) {
  SaleRun run;
  run.facts.measured = 1s;
  run.facts.truth_read = false;
  run.drop(1);
  run.lags(200, 3ms);
  EXPECT_THAT(judge(run.recorded, run.facts).reasons,
              ElementsAre(HasSubstr("ground truth"), HasSubstr("lag"), HasSubstr("dropped"),
                          HasSubstr("measured")));
}

}  // namespace
}  // namespace doorbuster
