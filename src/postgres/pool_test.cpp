#include "postgres/pool.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/check.h"

namespace doorbuster::postgres {
namespace {

constexpr Instant at(Duration since) { return kRunStart + since; }

struct PoolTest : testing::Test {
  // Enters n requests at t and answers their tickets.
  std::vector<Pool::Ticket> enter(Pool& pool, int n, Duration t = 0ms) {
    std::vector<Pool::Ticket> tickets;
    for (int i = 0; i < n; ++i) tickets.push_back(pool.enter(at(t)).value());
    return tickets;
  }
  Pool::HandOut send_next(Pool& pool) {
    const auto next = pool.hand_out();
    CHECK(next.has_value(), "nothing to hand out");
    pool.sent(next->ticket);
    return *next;
  }
  static PoolLimits limits(int connections, int depth = 1) {
    return {connections, depth, 100ms, 1000};
  }
};

TEST_F(PoolTest, NobodyIsServedBeforeAConnectionIsUp) {
  Pool pool(limits(1));
  enter(pool, 1);
  EXPECT_FALSE(pool.hand_out());
  pool.up(0);
  EXPECT_TRUE(pool.hand_out());
}

TEST_F(PoolTest, WhoCameFirstIsServedFirst) {
  Pool pool(limits(1));
  pool.up(0);
  const auto tickets = enter(pool, 3);
  for (const Pool::Ticket ticket : tickets) {
    EXPECT_EQ(send_next(pool).ticket, ticket);
    EXPECT_FALSE(pool.hand_out()) << "one statement a connection";
    EXPECT_FALSE(pool.end(ticket));
  }
  EXPECT_EQ(pool.alive(), 0U);
}

TEST_F(PoolTest, TheConnectionWithTheFewestStatementsIsNext) {
  Pool pool(limits(2, 2));
  pool.up(0);
  pool.up(1);
  enter(pool, 5);
  EXPECT_EQ(send_next(pool).slot, 0U);
  EXPECT_EQ(send_next(pool).slot, 1U);
  EXPECT_EQ(send_next(pool).slot, 0U);
  EXPECT_EQ(send_next(pool).slot, 1U);
  EXPECT_FALSE(pool.hand_out()) << "two statements on each of two connections";
  EXPECT_EQ(pool.waiting(), 1U);
}

TEST_F(PoolTest, AFullQueueTakesNobody) {
  Pool pool({1, 1, 100ms, 2});
  enter(pool, 2);
  EXPECT_FALSE(pool.enter(at(0ms)));
  pool.up(0);
  send_next(pool);
  EXPECT_TRUE(pool.enter(at(0ms)));
}

TEST_F(PoolTest, OneThatExpiresWhileWaitingHasEnded) {
  Pool pool(limits(1));
  const auto tickets = enter(pool, 2);
  EXPECT_FALSE(pool.expire(at(99ms)));
  const auto expired = pool.expire(at(100ms));
  ASSERT_TRUE(expired);
  EXPECT_EQ(expired->ticket, tickets[0]);
  EXPECT_EQ(expired->stage, Pool::Stage::waiting);
  EXPECT_FALSE(expired->spent);
  EXPECT_TRUE(pool.expire(at(100ms)));
  EXPECT_FALSE(pool.expire(at(100ms)));
  pool.up(0);
  EXPECT_FALSE(pool.hand_out());
}

TEST_F(PoolTest, ALoneStatementThatExpiresLeavesItsConnectionSpent) {
  Pool pool(limits(1));
  pool.up(0);
  enter(pool, 2);
  const auto sent = send_next(pool);
  const auto expired = pool.expire(at(100ms));
  ASSERT_TRUE(expired);
  EXPECT_EQ(expired->ticket, sent.ticket);
  EXPECT_EQ(expired->stage, Pool::Stage::sent);
  EXPECT_TRUE(expired->spent);
  EXPECT_TRUE(pool.given_up(sent.ticket));
  EXPECT_FALSE(pool.hand_out()) << "nothing new goes to it";
  pool.lost(0);
  EXPECT_FALSE(pool.end(sent.ticket));
  pool.up(0);
  EXPECT_TRUE(pool.hand_out());
}

TEST_F(PoolTest, ARetiringConnectionServesOutThoseWhoStillWaitForIt) {
  Pool pool(limits(1, 2));
  pool.up(0);
  enter(pool, 1, 0ms);
  enter(pool, 2, 50ms);
  const auto old = send_next(pool);
  const auto young = send_next(pool);
  const auto expired = pool.expire(at(100ms));
  ASSERT_TRUE(expired);
  EXPECT_FALSE(expired->spent) << "the younger one still waits for its answer";
  EXPECT_TRUE(pool.end(young.ticket)) << "answered out of turn: now nobody waits";
  EXPECT_FALSE(pool.hand_out());
  pool.lost(0);
  pool.end(old.ticket);
}

TEST_F(PoolTest, ARetiringConnectionWhoseLateAnswersCameServesAgain) {
  Pool pool(limits(1, 2));
  pool.up(0);
  enter(pool, 1, 0ms);
  enter(pool, 2, 50ms);
  const auto old = send_next(pool);
  const auto young = send_next(pool);
  ASSERT_TRUE(pool.expire(at(100ms)));
  EXPECT_FALSE(pool.end(old.ticket));
  EXPECT_FALSE(pool.hand_out()) << "not before all of them have come";
  EXPECT_FALSE(pool.end(young.ticket));
  EXPECT_TRUE(pool.hand_out());
}

TEST_F(PoolTest, OneHeldBackThatExpiresCostsNoConnection) {
  Pool pool(limits(1));
  pool.up(0);
  enter(pool, 2);
  const auto held = pool.hand_out();
  ASSERT_TRUE(held);
  const auto expired = pool.expire(at(100ms));
  ASSERT_TRUE(expired);
  EXPECT_EQ(expired->stage, Pool::Stage::held);
  EXPECT_FALSE(expired->spent);
  EXPECT_FALSE(pool.end(held->ticket));
  EXPECT_TRUE(pool.hand_out());
}

TEST_F(PoolTest, WaitingIsInVainOnlyWhenEveryConnectionFailed) {
  Pool pool(limits(2));
  EXPECT_FALSE(pool.hopeless()) << "the first attempts are under way";
  pool.failed(0);
  EXPECT_FALSE(pool.hopeless());
  pool.failed(1);
  EXPECT_TRUE(pool.hopeless());
  pool.failed(1);
  EXPECT_TRUE(pool.hopeless());
  pool.up(1);
  EXPECT_FALSE(pool.hopeless());
  pool.lost(1);
  EXPECT_FALSE(pool.hopeless()) << "a lost one is tried again first";
}

TEST_F(PoolTest, TheNextLookIsNeverLaterThanTheNextEnd) {
  Pool pool(limits(1));
  pool.up(0);
  EXPECT_EQ(pool.look_again(at(7ms)), at(107ms)) << "one that enters just after ends then";
  enter(pool, 1, 10ms);
  enter(pool, 1, 30ms);
  EXPECT_EQ(pool.look_again(at(40ms)), at(110ms));
  pool.end(send_next(pool).ticket);
  EXPECT_EQ(pool.look_again(at(40ms)), at(130ms));
}

TEST_F(PoolTest, TheOldestExpiresFirstWhateverItsStage) {
  Pool pool(limits(1));
  pool.up(0);
  enter(pool, 1, 0ms);
  enter(pool, 1, 5ms);
  const auto sent = send_next(pool);
  EXPECT_EQ(pool.expire(at(100ms))->ticket, sent.ticket);
  EXPECT_FALSE(pool.expire(at(104ms)));
  EXPECT_EQ(pool.expire(at(105ms))->stage, Pool::Stage::waiting);
}

TEST_F(PoolTest, ATicketIsUsedAgainOnlyAfterItsEnd) {
  Pool pool(limits(1));
  pool.up(0);
  enter(pool, 1);
  const auto sent = send_next(pool);
  ASSERT_TRUE(pool.expire(at(100ms)));
  EXPECT_NE(pool.enter(at(100ms)).value(), sent.ticket) << "a late answer may still name it";
  pool.end(sent.ticket);
  EXPECT_EQ(pool.enter(at(100ms)).value(), sent.ticket);
}

}  // namespace
}  // namespace doorbuster::postgres
