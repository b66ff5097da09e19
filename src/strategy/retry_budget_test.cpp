#include "strategy/retry_budget.h"

#include <gtest/gtest.h>

namespace doorbuster {
namespace {

int spendable(RetryBudget* budget) {
  int spent = 0;
  while (budget->spend()) ++spent;
  return spent;
}

TEST(RetryBudget, IsAShareOfThePurchasesAndAFewToBeginWith) {
  RetryBudget budget(0.125);
  EXPECT_EQ(spendable(&budget), 10);
  for (int purchase = 0; purchase < 7; ++purchase) budget.purchase_began();
  EXPECT_EQ(spendable(&budget), 0);
  budget.purchase_began();
  EXPECT_EQ(spendable(&budget), 1);
}

TEST(RetryBudget, SavesNothingUpForAStorm) {
  RetryBudget budget(0.125);
  for (int purchase = 0; purchase < 10'000; ++purchase) budget.purchase_began();
  EXPECT_EQ(spendable(&budget), 10);
}

TEST(RetryBudget, OfNothingLastsForTheFirstFew) {
  RetryBudget budget(0);
  EXPECT_EQ(spendable(&budget), 10);
  budget.purchase_began();
  EXPECT_EQ(spendable(&budget), 0);
}

}  // namespace
}  // namespace doorbuster
