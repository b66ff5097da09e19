#include "audit/audit.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "audit/shop_testing.h"

namespace doorbuster {
namespace {

using testing::HasSubstr;

constexpr int kHistories = 1000;

TEST(Audit, RaisesNoAlarmOverAThousandHonestSales) {
  const std::uint64_t seed = test_seed();
  for (int i = 0; i < kHistories; ++i) {
    const Sale sale = honest_sale(stream_seed(seed, 1, static_cast<std::uint64_t>(i)));
    const AuditReport report = audit(sale.history, sale.truth);
    for (const Finding& each : report.findings) {
      ASSERT_EQ(each.verdict, Verdict::holds)
          << each.name << ": " << each.witness << " (seed " << seed << ", history " << i << ")";
      ASSERT_EQ(each.found, 0);
      ASSERT_EQ(each.witness, "");
    }
    ASSERT_EQ(report.verdict, Verdict::holds);
  }
}

TEST(Audit, ItsFiguresAddUpOverHonestSales) {
  const std::uint64_t seed = test_seed();
  for (int i = 0; i < kHistories; ++i) {
    const Sale sale = honest_sale(stream_seed(seed, 2, static_cast<std::uint64_t>(i)));
    const AuditFigures figures = audit(sale.history, sale.truth).figures;
    std::int64_t acknowledged = 0, unknown = 0;
    for (const Record& each : sale.history) {
      acknowledged += each.outcome == Outcome::sold;
      unknown += each.outcome == Outcome::unknown;
    }
    const auto rows = static_cast<std::int64_t>(sale.truth.orders.size());
    ASSERT_LE(acknowledged, rows) << "seed " << seed << ", history " << i;
    ASSERT_EQ(rows, acknowledged + *figures.unknown_resolved_sold) << "seed " << seed;
    ASSERT_EQ(unknown, *figures.unknown_resolved_sold + *figures.unknown_resolved_not_sold);
    ASSERT_EQ(*figures.initial_units, *figures.database_sold_units + *figures.final_quantity);
  }
}

// Anomalies put into honest sales by chance, one a history: each must be found, wherever it is.
TEST(Audit, FindsALostAPhantomAndADuplicateOrderWhereverTheyAre) {
  const std::uint64_t seed = test_seed();
  for (int i = 0; i < kHistories; ++i) {
    SCOPED_TRACE(testing::Message() << "seed " << seed << ", history " << i);
    Sale sale = honest_sale(stream_seed(seed, 3, static_cast<std::uint64_t>(i)));
    Random random(stream_seed(seed, 4, static_cast<std::uint64_t>(i)));
    const int key = 300;
    sale.truth.items.push_back({ItemId{9}, 2, 2, {}});
    const int kind = static_cast<int>(random.below(3));
    const Record odd = record(key, 9, kind == 0 ? Outcome::sold : Outcome::refused);
    const auto place = random.below(sale.history.size() + 1);
    sale.history.insert(sale.history.begin() + static_cast<std::ptrdiff_t>(place), odd);
    std::string expected = "no_lost_order";
    if (kind > 0) {
      sale.truth.orders.push_back(row_of(odd));
      sale.truth.items.back().left = 1;
      expected = "no_phantom_order";
    }
    if (kind == 2) {
      sale.history[place].outcome = Outcome::sold;
      sale.truth.orders.push_back(row_of(odd));
      sale.truth.items.back().left = 0;
      expected = "no_duplicate_order";
    }
    const AuditReport report = audit(sale.history, sale.truth);
    EXPECT_EQ(report.verdict, Verdict::broken);
    for (const Finding& each : report.findings) {
      EXPECT_EQ(each.found, each.name == expected ? 1 : 0) << each.name << ": " << each.witness;
    }
    EXPECT_THAT(finding(report, expected).witness, HasSubstr("300"));
    EXPECT_THAT(finding(report, expected).witness, HasSubstr("buyer 1300"));
  }
}

TEST(Audit, OneItemsSurplusDoesNotHideAnothersOversell) {
  Sale sale;
  sale.truth.items = {{ItemId{1}, 1, 0, {}}, {ItemId{2}, 100, 99, {}}};
  for (int key = 1; key <= 3; ++key) {
    sale.history.push_back(record(key, 1, Outcome::sold));
    sale.truth.orders.push_back(row_of(sale.history.back()));
  }
  const AuditReport report = audit(sale.history, sale.truth);
  EXPECT_EQ(report.figures.initial_units, 101);
  EXPECT_EQ(report.figures.oversold_units, 2);
  EXPECT_EQ(report.figures.oversold_promised_units, 2);
  EXPECT_EQ(report.figures.conservation_error_units, 2 + 1);
}

TEST(Audit, IsUndecidedWithoutTheGroundTruth) {
  const AuditReport report = audit({record(1, 1, Outcome::sold, 3)}, std::nullopt);
  EXPECT_EQ(report.verdict, Verdict::undecided);
  ASSERT_EQ(report.findings.size(), invariants().size());
  for (const Finding& each : report.findings) {
    EXPECT_EQ(each.verdict, Verdict::undecided);
    EXPECT_EQ(each.witness, "the ground truth was not read");
  }
  EXPECT_EQ(report.figures.acknowledged_units, 3);
  EXPECT_FALSE(report.figures.initial_units.has_value());
  EXPECT_FALSE(report.figures.oversold_units.has_value());
}

TEST(Audit, OfASaleWithNobodyInItHolds) {
  EXPECT_EQ(audit({}, GroundTruth{}).verdict, Verdict::holds);
}

TEST(Audit, KnowsElevenInvariantsByTheNamesOfTheContract) {
  EXPECT_THAT(invariant_names(),
              testing::ElementsAre(
                  "no_oversell", "no_oversold_promise", "no_undersell", "no_lost_order",
                  "no_phantom_order", "no_duplicate_order", "conservation", "no_negative_stock",
                  "cache_agrees_with_database", "gate_agrees_with_database", "no_leaked_units"));
  for (const Invariant& each : invariants()) EXPECT_FALSE(each.meaning.empty()) << each.name;
}

TEST(Audit, JudgesAHundredThousandPurchasesWithoutGettingSlow) {
  Sale sale;
  sale.truth.items = {{ItemId{1}, 500, 0, 0}};
  for (int key = 100000; key >= 1; --key) {
    sale.history.push_back(record(key, 1, key <= 500 ? Outcome::sold : Outcome::sold_out));
    if (key <= 500) sale.truth.orders.push_back(row_of(sale.history.back()));
  }
  const Duration began = steady_now();
  EXPECT_EQ(audit(sale.history, sale.truth).verdict, Verdict::holds);
  EXPECT_LT(steady_now() - began, 2s);  // some 20 ms; quadratic would be minutes
}

TEST(Audit, ACacheThatNobodyCouldReadAgreesWithNothing) {
  GroundTruth truth;
  truth.items = {{.item = ItemId{1}, .initial = 5, .left = 5, .cached = {}}};
  EXPECT_EQ(audit({}, truth).verdict, Verdict::holds);
  truth.cache_read = false;
  const AuditReport report = audit({}, truth);
  EXPECT_EQ(report.verdict, Verdict::undecided);
  EXPECT_FALSE(report.figures.cache_drift_units.has_value());
}

}  // namespace
}  // namespace doorbuster
