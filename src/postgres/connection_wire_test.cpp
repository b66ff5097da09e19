// Both ends of a conversation in one thread: what a server may do to our half of the protocol.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
#include <map>

#include "base/task_scope.h"
#include "loop/event_loop.h"
#include "postgres/postgres_database.h"
#include "postgres/scripted_server_testing.h"
#include "postgres/statements.h"
#include "postgres/wire.h"
#include "store/contract_support.h"

namespace doorbuster::postgres {
namespace {

using namespace std::string_literals;
using ::testing::HasSubstr;
using ::testing::Not;

// Time passes when a test says so.
class ClockOfAScript : public Clock {
 public:
  Instant now() const override { return now_; }
  void set(Alarm& alarm, Instant when) override {
    place_of(alarm) = 0;
    sleepers_.emplace(when, &alarm);
  }
  void unset(Alarm& alarm) override {
    place_of(alarm) = kNowhere;
    std::erase_if(sleepers_, [&](const auto& sleeper) { return sleeper.second == &alarm; });
  }
  void pass(Duration time) {
    now_ += time;
    while (!sleepers_.empty() && sleepers_.begin()->first <= now_) {
      Alarm* const due = sleepers_.begin()->second;
      unset(*due);
      due->ring();
    }
  }

 private:
  Instant now_ = kRunStart;
  std::multimap<Instant, Alarm*> sleepers_;
};

using Seen = std::optional<Result<std::optional<Stock>>>;

Task<Done> read_again_and_again(Database* database, int times) {
  for (int i = 0; i < times; ++i) (void)co_await (*database)(ReadStock{ItemId{1}});
  co_return Done{};
}

Task<Done> connect_into(EventLoop* loop, Clock* clock, PostgresOptions options,
                        std::unique_ptr<PostgresDatabase>* into) {
  auto database = co_await PostgresDatabase::connect(*loop, *clock, std::move(options));
  CHECK(database.ok(), "{}", database.error().message());
  *into = *std::move(database);
  co_return Done{};
}

class WireConversation : public testing::Test {
 protected:
  // One connection, with so many statements in flight.
  void open(int depth) {
    PostgresOptions options;
    options.url = server_.url();
    options.connections = 1;
    options.pipeline = depth > 1;
    options.depth = depth;
    options.timeout = 1h;
    options.connect_within = 1h;
    clients_.spawn(connect_into(&loop_, &clock_, options, &database_));
    turn();
    ASSERT_TRUE(server_.accept());
    welcome();
    ASSERT_NE(database_, nullptr);
  }
  // The client gets in, whatever it takes. REQUIRES: he was accepted
  void welcome(std::size_t portion = SIZE_MAX) {
    turn();
    for (int rounds = 0; !server_.welcome(portion); ++rounds) {
      ASSERT_LT(rounds, 10'000) << "nobody wants to come in";
      turn();
    }
    turn();
  }

  // All that can happen without anything from outside.
  void turn() {
    loop_.context().restart();
    while (loop_.context().poll() > 0) {
    }
  }

  template <class Op>
  Seen* ask(Op op) {
    Seen* const seen = &seen_.emplace_back();
    clients_.spawn(ask_into<Database>(database_.get(), op, seen));
    return seen;
  }
  Seen* read() { return ask(ReadStock{ItemId{1}}); }
  Seen* buy(int key) {
    return ask(TakeIfAvailable{Order{OrderKey{key}, BuyerId{key}, ItemId{1}, 1}});
  }

  // The types of the messages that came in.
  std::string heard() {
    server_.listen_to(SIZE_MAX);
    std::string types;
    while (const auto message = server_.next()) types += message->type;
    return types;
  }
  void say(std::string_view bytes) {
    server_.say(bytes);
    turn();
  }

  static void expect_stock(const Seen* seen, Quantity quantity, std::int64_t version) {
    ASSERT_TRUE(seen->has_value()) << "no answer";
    ASSERT_TRUE((*seen)->ok()) << (*seen)->error().message();
    EXPECT_EQ(***seen, std::optional(Stock{quantity, version}));
  }
  static void expect_lost(const Seen* seen, bool definite, const std::string& code,
                          const std::string& words) {
    ASSERT_TRUE(seen->has_value()) << "no answer";
    ASSERT_FALSE((*seen)->ok());
    const Error& error = (*seen)->error();
    EXPECT_EQ(error.cause(), Cause::connection_lost) << error.message();
    EXPECT_EQ(error.definite(), definite) << error.message();
    EXPECT_EQ(error.code(), code);
    EXPECT_THAT(error.message(), HasSubstr(words));
    EXPECT_THAT(error.message(), Not(HasSubstr("\n")));
  }

  ScriptedServer server_;
  EventLoop loop_;
  ClockOfAScript clock_;
  std::unique_ptr<PostgresDatabase> database_;
  std::deque<Seen> seen_;
  TaskScope clients_;
};

constexpr int kMany = 400;  // statements, in sum far above what a narrow socket takes

TEST_F(WireConversation, AStatementIsAnswered) {
  open(1);
  const Seen* seen = read();
  turn();
  EXPECT_EQ(heard(), "BES");
  say(says_found({7, 2}));
  expect_stock(seen, 7, 2);
}

TEST_F(WireConversation, WhatTheSocketDoesNotTakeGoesOutWhenItDoes) {
  open(kMany);
  server_.narrow_the_client();
  std::string all;
  std::vector<const Seen*> seen;
  for (int key = 0; key < kMany; ++key) {
    seen.push_back(buy(key));
    const DatabaseOperation operation =
        TakeIfAvailable{Order{OrderKey{key}, BuyerId{key}, ItemId{1}, 1}};
    wire::append_execute(all, statement(statement_of(operation)).name, BoundParameters(operation));
  }
  std::string came;
  int portions = 0;
  for (turn(); server_.listen_to(SIZE_MAX) > 0; turn()) {
    ++portions;
    while (const auto message = server_.next()) {
      came += server_says(message->type, message->body);
    }
  }
  EXPECT_GT(portions, 5) << "the socket took it all at once";
  EXPECT_TRUE(came == all) << came.size() << " bytes of " << all.size();
  for (int key = 0; key < kMany; ++key) {
    server_.say(says_found({kMany - key, key}));
    turn();
    expect_stock(seen[static_cast<std::size_t>(key)], kMany - key, key);
  }
}

// Answers to what has left come while the rest still waits for room.
TEST_F(WireConversation, AnswersAreHeardWhileTheSocketIsFull) {
  open(kMany);
  server_.narrow_the_client();
  std::vector<const Seen*> seen;
  for (int key = 0; key < kMany; ++key) seen.push_back(buy(key));
  turn();
  int answered = 0;
  for (int rounds = 0; answered < kMany; ++rounds) {
    ASSERT_LT(rounds, 10'000);
    server_.listen_to(100);
    while (const auto message = server_.next()) {
      if (message->type == 'S') server_.say(says_found({1, answered++}));
    }
    turn();
  }
  for (int key = 0; key < kMany; ++key) expect_stock(seen[static_cast<std::size_t>(key)], 1, key);
}

// Not at the end of the turn: the server is idle until then.
TEST_F(WireConversation, WhatIsAskedInAnswerToAnswersLeavesWithTheirReading) {
  open(2);
  for (int client = 0; client < 2; ++client) {
    clients_.spawn(read_again_and_again(database_.get(), 2));
  }
  turn();
  EXPECT_EQ(heard(), "BESBES");
  server_.say(says_found({2, 1}) + says_found({2, 1}));
  loop_.context().restart();
  loop_.context().poll_one();
  EXPECT_EQ(heard(), "BESBES");
}

TEST_F(WireConversation, AnswersMayComeByteByByte) {
  open(3);
  const std::vector<const Seen*> seen = {read(), buy(1), read()};
  turn();
  EXPECT_EQ(heard(), "BESBESBES");
  const std::string answers =
      says_found({9, 1}) + says_bound() + says_error("23505") + says_ready() + says_found({8, 2});
  for (const char byte : answers) say({&byte, 1});
  expect_stock(seen[0], 9, 1);
  expect_stock(seen[2], 8, 2);
  ASSERT_TRUE(seen[1]->has_value());
  EXPECT_EQ((*seen[1])->error().cause(), Cause::duplicate_key);
  EXPECT_TRUE((*seen[1])->error().definite());
}

TEST_F(WireConversation, RowsOfAStatementThatFailedAreNotThoseOfTheNext) {
  open(2);
  const std::vector<const Seen*> seen = {buy(1), buy(2)};
  turn();
  say(says_bound() + says_row({7, 2}) + says_error("40001") + says_ready());
  say(says_bound() + says_complete("SELECT 0") + says_ready());
  ASSERT_TRUE(seen[0]->has_value() && seen[1]->has_value());
  EXPECT_EQ((*seen[0])->error().code(), "40001");
  ASSERT_TRUE((*seen[1])->ok()) << (*seen[1])->error().message();
  EXPECT_EQ(***seen[1], std::nullopt);
}

TEST_F(WireConversation, AnErrorAtTheCommitOverrulesTheAnswerBeforeIt) {
  open(2);
  const Seen* seen = buy(1);
  turn();
  say(says_bound() + says_row({7, 2}) + says_complete("SELECT 1"));
  EXPECT_FALSE(seen->has_value()) << "it is not committed yet";
  say(says_error("40001") + says_ready());
  ASSERT_TRUE(seen->has_value());
  EXPECT_EQ((*seen)->error().code(), "40001");
}

TEST_F(WireConversation, WhatComesUnaskedIsNoAnswer) {
  open(2);
  const std::string unasked = says_complaint('N', "WARNING", "01000", "look out") +
                              server_says('S', "TimeZone\0Europe/Vienna\0"s) +
                              server_says('A', "\0\0\0\7channel\0payload\0"s);
  say(unasked);
  const std::vector<const Seen*> seen = {read(), buy(1)};
  turn();
  say(unasked + says_bound() + unasked + says_row({7, 2}) + unasked + says_complete("SELECT 1") +
      unasked + says_ready() + unasked + says_found({6, 3}) + unasked);
  expect_stock(seen[0], 7, 2);
  expect_stock(seen[1], 6, 3);
}

// Whatever of the three the server had begun: only reads have certainly changed nothing.
TEST_F(WireConversation, AFatalErrorInMidPipelineEndsEachStatementOnceAndInTheServersWords) {
  open(4);
  const std::vector<const Seen*> seen = {buy(1), buy(2), read(), buy(3)};
  turn();
  say(says_found({7, 2}) + says_bound() + says_row({6, 3}) +
      says_complaint('E', "FATAL", "57P01", "terminating connection\ndue to a command"));
  EXPECT_FALSE(seen[1]->has_value());
  server_.hang_up();
  turn();
  expect_stock(seen[0], 7, 2);
  const std::string words = "terminating connection due to a command";
  expect_lost(seen[1], false, "57P01", words);
  expect_lost(seen[2], true, "57P01", words);
  expect_lost(seen[3], false, "57P01", words);
}

TEST_F(WireConversation, WhoHangsUpBeforeHeIsReadyMayHaveCommittedOrNot) {
  open(2);
  const std::vector<const Seen*> seen = {buy(1), read()};
  turn();
  EXPECT_EQ(heard(), "BESBES");
  say(says_bound() + says_row({7, 2}) + says_complete("SELECT 1"));
  server_.hang_up();
  turn();
  expect_lost(seen[0], false, "", "the server hung up");
  expect_lost(seen[1], true, "", "the server hung up");
}

TEST_F(WireConversation, WhatIsNotPostgresEndsEveryStatement) {
  const std::string kTable[] = {
      "HTTP/1.1 400"s,                                               // too long
      "Z\0\0\0\3..."s,                                               // too short
      server_says('x', ""),                                          // no such message
      says_ready(),                                                  // for what?
      says_bound() + says_error("40001") + says_row({7, 2}),         // of what?
      says_bound() + says_complete("SELECT 0") + says_row({7, 2}),   // as much
      says_bound() + server_says('D', "\0\1\0\0\0\x08half"s),        // half a row
      says_found({7, 2}) + says_found({7, 2}) + says_found({7, 2}),  // nobody asked
  };
  for (const std::string& garbage : kTable) {
    database_.reset();
    server_.hang_up();
    open(2);
    const std::vector<const Seen*> seen = {read(), buy(1)};
    turn();
    say(garbage);
    if (garbage.starts_with(says_found({7, 2}))) {
      expect_stock(seen[0], 7, 2);
      expect_stock(seen[1], 7, 2);
    } else {
      expect_lost(seen[0], true, "", "answered what PostgreSQL would not");
      expect_lost(seen[1], false, "", "answered what PostgreSQL would not");
    }
    server_.hang_up();
    clock_.pass(1s);
    turn();
    EXPECT_TRUE(server_.accept()) << "who talks so is left, and tried again";
  }
}

// What was to go out before the connection ended concerns the next session nothing, which also has
// to get through a narrow socket.
TEST_F(WireConversation, ANewSessionBeginsAnewWithANarrowSocketToo) {
  open(kMany);
  for (const bool server_ends_it : {true, false}) {
    server_.narrow_the_client();
    std::vector<const Seen*> seen;
    for (int key = 0; key < kMany; ++key) seen.push_back(buy(key));
    turn();
    server_.listen_to(1000);
    if (!server_ends_it) say("HTTP/1.1 400");
    server_.hang_up();
    turn();
    for (const Seen* lost : seen) expect_lost(lost, false, "", "ended");

    clock_.pass(1s);
    turn();
    ASSERT_TRUE(server_.accept());
    server_.narrow_the_client();
    welcome(100);
    const Seen* next = read();
    turn();
    EXPECT_EQ(heard(), "BES") << "nothing of the session before";
    say(says_found({7, 2}));
    expect_stock(next, 7, 2);
  }
}

TEST_F(WireConversation, AServerThatEndsAnIdleSessionIsComeBackTo) {
  open(1);
  say(says_complaint('E', "FATAL", "57P01", "terminating connection"));
  server_.hang_up();
  turn();
  clock_.pass(1s);
  turn();
  ASSERT_TRUE(server_.accept());
  welcome();
  const Seen* seen = read();
  turn();
  say(says_found({7, 2}));
  expect_stock(seen, 7, 2);
}

}  // namespace
}  // namespace doorbuster::postgres
