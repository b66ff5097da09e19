// What a run's history says of units that came back, and of purchases that were tried again, where
// no operation tells of it.
#include <gtest/gtest.h>

#include "audit/judge_history.h"

namespace doorbuster {
namespace {

Operation bought(std::uint32_t op, Duration from, Answer outcome) {
  Operation made;
  made.op = OperationId{op};
  made.buyer = BuyerId{static_cast<std::int64_t>(op)};
  made.key = OrderKey{static_cast<std::int64_t>(op)};
  made.item = ItemId{1};
  made.kind = OperationKind::buy;
  made.outcome = outcome;
  made.scheduled = made.started = kRunStart + from;
  if (outcome != Answer::unknown) made.finished = made.started + 1ms;
  return made;
}

Verdict verdict_of(const JudgedHistory& history, const char* property) {
  JudgeOptions options;
  options.properties = {property};
  return judge_history(history, options).verdict;
}

// A refusal at 10 ms, a sale at 30 ms.
JudgedHistory sold_after_a_refusal() {
  JudgedHistory history;
  history.items.emplace_back();
  history.items[0].item = ItemId{1};
  history.items[0].initial = 1;
  history.operations = {bought(0, 10ms, Answer::sold_out), bought(1, 30ms, Answer::ok)};
  return history;
}

TEST(SaleAfterSoldOut, IsNoneWhereUnitsMayHaveComeBackInBetween) {
  JudgedHistory history = sold_after_a_refusal();
  EXPECT_EQ(verdict_of(history, "no_sale_after_sold_out"), Verdict::broken);
  history.last_return = kRunStart + 20ms;
  EXPECT_EQ(verdict_of(history, "no_sale_after_sold_out"), Verdict::holds);
  history.last_return = kRunStart + 5ms;
  EXPECT_EQ(verdict_of(history, "no_sale_after_sold_out"), Verdict::broken) << "before both";
  history.last_gate_return = kRunStart + 20ms;
  EXPECT_EQ(verdict_of(history, "no_sale_after_sold_out"), Verdict::holds) << "to a gate";
}

// Under one key the shop says "sold out" only when it has looked for an order: that it is there all
// the same is a phantom. Under a new key the lost attempt may have bought.
TEST(PhantomOrder, IsOneOfAKeyThatWasLookedUp) {
  JudgedHistory history = sold_after_a_refusal();
  const OrderKey key{7};
  history.operations = {bought(0, 10ms, Answer::unknown), bought(1, 30ms, Answer::sold_out)};
  history.operations[0].key = history.operations[1].key = key;
  history.operations[1].attempt = 2;
  history.orders.emplace_back();
  history.orders[0].order = 1;
  history.orders[0].key = key;
  history.orders[0].item = ItemId{1};
  EXPECT_EQ(verdict_of(history, "no_phantom_order"), Verdict::broken);
  history.operations[1].outcome = Answer::refused;
  EXPECT_EQ(verdict_of(history, "no_phantom_order"), Verdict::holds) << "nobody looked it up";
}

}  // namespace
}  // namespace doorbuster
