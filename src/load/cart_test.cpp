// Buyers who want several products: one purchase a line, in the order of the products' ids.
#include <set>

#include "load/load_testing.h"

namespace doorbuster {
namespace {

class Cart : public LoadTest {
 protected:
  Cart() {
    buyers_.cart = fixed(3);
    buyers_.quantity = {.kind = Distribution::Kind::uniform, .low = 1, .high = 9};
  }

  ProductChoice ten_{shop_with(10), {Choice::Kind::uniform, 0}};
  Floor wide_{shop_, clock_, buyers_, ten_, 1, recorder_, history_};
  Guests many_{wide_};
};

TEST_F(Cart, IsBoughtInTheOrderOfTheIdsEachLineUnderAKeyOfItsOwn) {
  for (std::int64_t buyer = 0; buyer < 50; ++buyer) {
    shop_.orders.clear();
    history_.clear();
    begin_session(many_, BuyerId{buyer}, kRunStart);
    scheduler_.run();
    ASSERT_EQ(shop_.orders.size(), 3U);
    std::set<OrderKey> keys;
    for (int line = 0; line < 3; ++line) {
      const Order& order = shop_.orders[static_cast<std::size_t>(line)];
      EXPECT_EQ(order.key, order_key(BuyerId{buyer}, line));
      EXPECT_EQ(history_[static_cast<std::size_t>(line)].key, order.key);
      EXPECT_EQ(history_[static_cast<std::size_t>(line)].item, order.item);
      EXPECT_EQ(history_[static_cast<std::size_t>(line)].quantity, order.quantity);
      if (line == 0) continue;
      EXPECT_GT(order.item, shop_.orders[static_cast<std::size_t>(line) - 1].item);
    }
  }
  EXPECT_EQ(recorder_.tally.arrived, 150);
  EXPECT_EQ(recorder_.tally.sessions, 50);
  EXPECT_EQ(recorder_.tally[Outcome::sold], 150);
  EXPECT_TRUE(recorder_.tally.balances());
}

TEST_F(Cart, HoldsNoMoreThanThereIsAndEveryProductOnce) {
  buyers_.cart = fixed(50);
  begin_session(many_, BuyerId{1}, kRunStart);
  scheduler_.run();
  ASSERT_EQ(shop_.orders.size(), 10U);
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(shop_.orders[static_cast<std::size_t>(i)].item, ItemId{i + 1});
  }
}

TEST_F(Cart, OneLineThatIsRefusedLeavesTheOthers) {
  buyers_.retries = 1;
  shop_.answers = {Purchase{Outcome::sold, {}}, lost_reply(), Purchase{Outcome::refused, {}},
                   Purchase{Outcome::sold_out, {}}};
  begin_session(many_, BuyerId{1}, kRunStart);
  scheduler_.run();
  const Tally& tally = recorder_.tally;
  EXPECT_EQ(tally[Outcome::sold], 1);
  EXPECT_EQ(tally[Outcome::unknown], 1) << "a refusal after a lost reply";
  EXPECT_EQ(tally[Outcome::sold_out], 1) << "the line before has nothing to do with it";
  EXPECT_TRUE(tally.balances());
}

TEST_F(Cart, IsSettledLineByLineWhereItsBuyerIsCutOrLosesPatience) {
  shop_.sale_takes = 60s;
  begin_session(many_, BuyerId{1}, kRunStart);
  scheduler_.run_until(at(1s));
  many_.destroy_all();
  EXPECT_EQ(recorder_.tally.arrived, 3);
  EXPECT_EQ(recorder_.tally[Outcome::unknown], 1);
  EXPECT_EQ(recorder_.tally[Outcome::abandoned], 2);
  EXPECT_TRUE(recorder_.tally.balances());

  recorder_ = Recorder();
  shop_.sale_takes = 0ms;
  buyers_.think = fixed(2);
  buyers_.patience = 3s;
  begin_session(many_, BuyerId{2}, scheduler_.now());
  scheduler_.run();
  EXPECT_EQ(recorder_.tally[Outcome::sold], 2);
  EXPECT_EQ(recorder_.tally[Outcome::abandoned], 1);
  EXPECT_TRUE(recorder_.tally.balances());
}

TEST_F(Cart, OfABuyerWhoIsTurnedAwayIsDroppedWhole) {
  turn_away(wide_, BuyerId{1}, kRunStart);
  EXPECT_EQ(recorder_.tally.arrived, 3);
  EXPECT_EQ(recorder_.tally[Outcome::dropped], 3);
}

TEST_F(Cart, APageThatShowsNoneDetersFromThatProductAlone) {
  buyers_.views = fixed(1);
  buyers_.deterred = true;
  shop_.page = StockView{0, Source::database, {}};
  begin_session(many_, BuyerId{1}, kRunStart);
  scheduler_.run();
  EXPECT_EQ(recorder_.tally[Outcome::deterred], 1);
  EXPECT_EQ(recorder_.tally[Outcome::sold], 2);
}

}  // namespace
}  // namespace doorbuster
