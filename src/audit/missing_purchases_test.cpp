// A history that lacks purchases, for the disk was too slow: nobody is accused of what one of them
// may explain.
#include <gtest/gtest.h>

#include <algorithm>

#include "audit/judge_history.h"
#include "base/check.h"

namespace doorbuster {
namespace {

const PropertyFinding& named(const HistoryVerdict& verdict, std::string_view name) {
  const auto found = std::ranges::find(verdict.findings, name, &PropertyFinding::name);
  CHECK(found != verdict.findings.end(), "{} was not judged", name);
  return *found;
}

PlacedOrder order_of(std::int64_t row, std::int64_t key) {
  PlacedOrder order;
  order.order = row;
  order.key = OrderKey{key};
  order.buyer = BuyerId{key};
  order.item = ItemId{1};
  return order;
}

// One unit of ten is sold under key 1. It can be sold once more, under key 2, without a purchase.
class MissingPurchases : public testing::Test {
 protected:
  MissingPurchases() {
    history_.items.emplace_back();
    history_.items[0].item = ItemId{1};
    history_.items[0].initial = 10;
    history_.items[0].left = 9;
    Operation buy;
    buy.op = OperationId{0};
    buy.key = OrderKey{1};
    buy.buyer = BuyerId{1};
    buy.item = ItemId{1};
    buy.kind = OperationKind::buy;
    buy.outcome = Answer::ok;
    buy.scheduled = buy.started = kRunStart + 1ms;
    buy.finished = kRunStart + 2ms;
    history_.operations = {buy};
    history_.orders = {order_of(1, 1)};
  }
  void sell_once_more() {
    history_.orders.push_back(order_of(2, 2));
    history_.items[0].left = 8;
  }
  HistoryVerdict judged(std::int64_t missing) const {
    HistoryVerdict verdict = judge_history(history_);
    leave_open_without_purchases(verdict, missing);
    return verdict;
  }

  JudgedHistory history_;
};

TEST_F(MissingPurchases, MayBeThoseOfAnOrderThatNobodySeemsToHavePlaced) {
  sell_once_more();
  EXPECT_EQ(judged(0).verdict, Verdict::broken) << "a phantom";
  const HistoryVerdict verdict = judged(3);
  EXPECT_EQ(verdict.verdict, Verdict::undecided);
  const PropertyFinding& phantom = named(verdict, "no_phantom_order");
  EXPECT_EQ(phantom.verdict, Verdict::undecided);
  EXPECT_EQ(phantom.found, 0);
  EXPECT_EQ(phantom.possible, 1);
  EXPECT_TRUE(phantom.violations.empty());
  EXPECT_EQ(phantom.undecided, "3 purchases are not in the history, and may explain the others");
}

TEST_F(MissingPurchases, LeaveNothingThatHoldsForSureButWhatTheDatabaseProvesAlone) {
  const HistoryVerdict verdict = judged(1);
  for (const PropertyFinding& finding : verdict.findings) {
    const bool alone = finding.name == "no_oversell" || finding.name == "conservation" ||
                       finding.name == "no_negative_stock" ||
                       finding.name == "cache_agrees_with_database" ||
                       finding.name == "gate_agrees_with_database";
    EXPECT_EQ(finding.verdict, alone ? Verdict::holds : Verdict::undecided) << finding.name;
  }
}

TEST_F(MissingPurchases, ExcuseNoOversellAndNoOrderThatIsLostToWhoeverWasToldYes) {
  history_.items[0].initial = 0;
  history_.items[0].left = -1;
  const HistoryVerdict oversold = judged(1);
  EXPECT_EQ(named(oversold, "no_oversell").verdict, Verdict::broken);
  EXPECT_EQ(named(oversold, "no_oversold_promise").verdict, Verdict::broken);
  EXPECT_EQ(oversold.verdict, Verdict::broken);
  history_.orders.clear();
  EXPECT_EQ(named(judged(1), "no_lost_order").verdict, Verdict::broken);
}

}  // namespace
}  // namespace doorbuster
