#include "strategy/strategy_testing.h"

namespace doorbuster {
namespace {

const TestShop::Setup kWithoutSecondLook{.changes = {{"recheck", false}}};

// Of two units one is just being sold, the other is held by the same order sent twice, whose second
// copy must fail. A third buyer asks meanwhile.
void ask_while_a_doomed_buyer_holds_the_last_unit(TestShop* shop) {
  shop->script.then(1, "take_units", StepKind::execute);
  shop->script.then(2, "take_units", StepKind::execute);
  shop->script.then(3, "take_units");
  shop->buy(1);
  shop->client(2).order = shop->client(1).order;
  shop->buy_again(2);
  shop->buy(3);
  shop->run();
  EXPECT_EQ(shop->answer(1), "sold");
  EXPECT_EQ(shop->answer(2), "sold") << "it is the same order";
}

TEST(UnitRows, AUnitThatADoomedBuyerHoldsIsSoldAfterASecondLook) {
  TestShop shop("unit-rows", 2);
  ask_while_a_doomed_buyer_holds_the_last_unit(&shop);
  EXPECT_EQ(shop.answer(3), "sold");
  EXPECT_EQ(shop.orders(), 2);
  EXPECT_EQ(shop.page_now(), "0");
}

TEST(UnitRows, WithoutASecondLookItSaysSoldOutAndTheUnitStays) {
  TestShop shop("unit-rows", 2, kWithoutSecondLook);
  ask_while_a_doomed_buyer_holds_the_last_unit(&shop);
  EXPECT_EQ(shop.answer(3), "sold_out");
  EXPECT_EQ(shop.orders(), 1);
  EXPECT_EQ(shop.page_now(), "1") << "a false sold-out";
}

TEST(UnitRows, TheLastUnitIsSoldOnce) {
  TestShop shop("unit-rows", 1);
  shop.script.then(1, "take_units", StepKind::execute);
  shop.script.then(2, "take_units");                     // passes over it
  shop.script.then(2, "take_units", StepKind::execute);  // waits for it
  shop.buy(1);
  shop.buy(2);
  shop.run_script();
  EXPECT_EQ(shop.answer(2), "");
  shop.run();
  EXPECT_EQ(shop.answer(1), "sold");
  EXPECT_EQ(shop.answer(2), "sold_out");
  EXPECT_EQ(shop.orders(), 1);
}

TEST(UnitRows, BuyersOfDifferentUnitsDoNotWaitForEachOther) {
  TestShop shop("unit-rows", 10);
  shop.script.then(1, "take_units", StepKind::execute).then(2, "take_units");
  shop.buy(1);
  shop.buy(2);
  shop.run_script();
  EXPECT_EQ(shop.answer(1), "");
  EXPECT_EQ(shop.answer(2), "sold");
  shop.run();
  EXPECT_EQ(shop.page_now(), "8");
}

TEST(UnitRows, AnOrderIsFilledWholeOrNotAtAll) {
  TestShop shop("unit-rows", 2);
  shop.buy(1, 3);
  shop.run();
  EXPECT_EQ(shop.answer(1), "sold_out");
  EXPECT_EQ(shop.page_now(), "2");
  shop.buy(1, 2);
  shop.run();
  EXPECT_EQ(shop.answer(1), "sold");
  EXPECT_EQ(shop.page_now(), "0");
}

TEST(UnitRows, CostsWhatTheCatalogueSays) {
  TestShop shop("unit-rows", 1);
  EXPECT_EQ(shop.cost_of_view(), "0R 1D");
  EXPECT_EQ(shop.cost_of_buy(), "0R 1D");
  EXPECT_EQ(shop.answer(1), "sold");
  EXPECT_EQ(shop.cost_of_buy(), "0R 2D");
  EXPECT_EQ(shop.answer(1), "sold_out");
}

TEST(UnitRows, ALostReplyIsUnknown) {
  TestShop shop("unit-rows", 10);
  shop.client(1).failing_database.lose_replies(1);
  shop.buy(1);
  shop.run();
  EXPECT_EQ(shop.answer(1), "unknown");
  EXPECT_EQ(shop.orders(), 1);
}

}  // namespace
}  // namespace doorbuster
