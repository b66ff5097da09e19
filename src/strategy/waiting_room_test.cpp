#include "strategy/waiting_room.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace doorbuster {
namespace {

using Line = WaitingRoom::Line;

Instant moment(Duration time) { return Instant{} + 1s + time; }

std::vector<WaitingRoom::Ticket> admitted(WaitingRoom* room, Instant now, Random* random) {
  std::vector<WaitingRoom::Ticket> tickets;
  while (const auto ticket = room->admit(now, *random)) tickets.push_back(*ticket);
  return tickets;
}

TEST(WaitingRoom, LetsOneInAtATurnInTheOrderOfComing) {
  WaitingRoom room(Line::first_come, 20, 60s);  // a turn each 50 ms
  Random random(1);
  for (int guest = 0; guest < 3; ++guest) room.enter(moment(0s));
  EXPECT_EQ(admitted(&room, moment(0s), &random), std::vector<WaitingRoom::Ticket>{1});
  EXPECT_EQ(room.wakes(), moment(40ms)) << "a turn after the last, of which 10 ms may be caught up";
  EXPECT_TRUE(admitted(&room, moment(39ms), &random).empty());
  EXPECT_EQ(admitted(&room, moment(40ms), &random), std::vector<WaitingRoom::Ticket>{2});
  EXPECT_EQ(admitted(&room, moment(90ms), &random), std::vector<WaitingRoom::Ticket>{3});
  EXPECT_TRUE(room.empty());
}

TEST(WaitingRoom, KeepsItsRateOverATime) {
  for (const Line line : {Line::first_come, Line::shuffled}) {
    WaitingRoom room(line, 1000, 60s);
    Random random(1);
    for (int guest = 0; guest < 5000; ++guest) room.enter(moment(0s));
    std::size_t inside = 0;
    for (int millis = 0; millis < 1000; millis += 3) {  // a timer that is late
      inside += admitted(&room, moment(std::chrono::milliseconds(millis)), &random).size();
    }
    EXPECT_NEAR(static_cast<double>(inside), 1000, 20);
  }
}

TEST(WaitingRoom, AfterAnIdleTimeLetsInNoMoreThanTenMillisecondsAllow) {
  WaitingRoom room(Line::first_come, 1000, 60s);
  Random random(1);
  for (int guest = 0; guest < 500; ++guest) room.enter(moment(30s));
  EXPECT_EQ(admitted(&room, moment(30s), &random).size(), 11U);
}

TEST(WaitingRoom, ByLotLetsEverybodyInOnceAndNotInTheOrderOfComing) {
  WaitingRoom room(Line::shuffled, 1e9, 60s);
  Random random(1);
  std::set<WaitingRoom::Ticket> guests;
  for (int guest = 0; guest < 100; ++guest) guests.insert(room.enter(moment(0s)));
  const auto tickets = admitted(&room, moment(0s), &random);
  EXPECT_EQ(std::set(tickets.begin(), tickets.end()), guests);
  EXPECT_EQ(tickets.size(), guests.size());
  EXPECT_FALSE(std::ranges::is_sorted(tickets));
}

TEST(WaitingRoom, WhoHasWaitedTooLongLeavesAndIsNotLetIn) {
  for (const Line line : {Line::first_come, Line::shuffled}) {
    WaitingRoom room(line, 1, 100ms);
    Random random(1);
    const auto first = room.enter(moment(0s));
    ASSERT_EQ(admitted(&room, moment(0s), &random).size(), 1U);
    const auto second = room.enter(moment(10ms));
    const auto third = room.enter(moment(20ms));
    EXPECT_EQ(room.wakes(), moment(110ms));
    EXPECT_EQ(room.give_up(moment(109ms)), std::nullopt);
    EXPECT_EQ(room.give_up(moment(110ms)), second);
    EXPECT_EQ(room.give_up(moment(110ms)), std::nullopt);
    EXPECT_EQ(room.give_up(moment(5s)), third);
    EXPECT_TRUE(room.empty());
    EXPECT_TRUE(admitted(&room, moment(5s), &random).empty()) << first;
  }
}

}  // namespace
}  // namespace doorbuster
