// Purchases that were tried under several keys: the audit sees one purchase all the same.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "audit/shop_testing.h"
#include "base/order.h"

namespace doorbuster {
namespace {

// A shop with ten units, and one buyer who tried three times, each time under a key of its own.
class Attempts : public testing::Test {
 protected:
  Attempts() {
    Record tried = record(5, 1, Outcome::sold, 2);
    tried.attempts = tried.keys = 3;
    sale_.history = {tried, record(6, 1, Outcome::sold)};
    sale_.truth.items = {{.item = ItemId{1}, .initial = 10, .left = 9, .cached = std::nullopt}};
    sale_.truth.orders = {row_of(sale_.history[1])};
  }

  // The row of one attempt, from 0.
  void sell(int attempt) {
    OrderRow row = row_of(sale_.history[0]);
    row.key = order_key(BuyerId{number(row.key)}, 0, attempt);
    sale_.truth.orders.push_back(row);
    sale_.truth.items[0].left -= row.quantity;
  }

  AuditReport judged() const { return audit(sale_.history, sale_.truth); }

  Sale sale_;
};

TEST_F(Attempts, AnOrderUnderALaterKeyIsThePurchasesOwn) {
  sell(2);
  EXPECT_EQ(judged().verdict, Verdict::holds);

  sale_.history[0].outcome = Outcome::unknown;
  sale_.history[0].finished = kNever;
  const AuditReport report = judged();
  EXPECT_EQ(report.verdict, Verdict::holds);
  EXPECT_EQ(report.figures.unknown_resolved_sold, 1);
}

TEST_F(Attempts, WithoutAnyOrderAreLost) { EXPECT_EQ(judged().figures.lost_orders, 1); }

TEST_F(Attempts, ThatMadeTwoOrdersMadeADuplicate) {
  sell(0);
  sell(2);
  const AuditReport report = judged();
  EXPECT_EQ(report.figures.duplicate_orders, 1);
  EXPECT_EQ(report.figures.phantom_orders, 0);
  EXPECT_EQ(report.figures.lost_orders, 0);
  EXPECT_EQ(report.figures.conservation_error_units, 0);
  const auto finding =
      std::ranges::find(report.findings, std::string("no_duplicate_order"), &Finding::name);
  EXPECT_THAT(finding->witness, testing::HasSubstr("each attempt had a key of its own"));
}

TEST_F(Attempts, ThatEndedInADefiniteNoMayHaveNoOrder) {
  sale_.history[0].outcome = Outcome::sold_out;
  sell(1);
  EXPECT_EQ(judged().figures.phantom_orders, 1);
}

TEST_F(Attempts, UnderAKeyThatTheBuyerNeverHadAreSomebodyElses) {
  sell(3);
  EXPECT_EQ(judged().figures.lost_orders, 1);
  EXPECT_EQ(judged().figures.phantom_orders, 1);
}

TEST_F(Attempts, AreOrderedByWhenTheirBuyerWasAnsweredWhereNoVersionSaysIt) {
  sell(2);
  sale_.truth.items[0].initial = 2;
  const AuditReport report = judged();
  const auto finding =
      std::ranges::find(report.findings, std::string("no_oversell"), &Finding::name);
  EXPECT_EQ(finding->found, 1);
  EXPECT_THAT(finding->witness, testing::HasSubstr("is order 6 of buyer 1006"))
      << "the first answered was the one of three attempts";
}

TEST_F(Attempts, AHoldThatWasAbandonedHasNoOrder) {
  sale_.history[0].outcome = Outcome::abandoned;
  sale_.history[0].sent = false;
  EXPECT_EQ(judged().figures.phantom_orders, 0);
  sell(0);
  const AuditReport report = judged();
  EXPECT_EQ(report.figures.phantom_orders, 1);
  const auto finding =
      std::ranges::find(report.findings, std::string("no_phantom_order"), &Finding::name);
  EXPECT_THAT(finding->witness, testing::HasSubstr("who never paid for what was held"));
}

}  // namespace
}  // namespace doorbuster
