// RedisCache against servers of our own making, on the same loop: what a real Redis does not do on
// demand.
#include "redis/connection.h"

#include <gtest/gtest.h>

#include "loop/real_clock.h"
#include "redis/fake_server_testing.h"
#include "redis/redis_cache.h"

namespace doorbuster {
namespace {

constexpr Key kKey{KeyFamily::inventory, ItemId{1}};

template <class Op>
Task<Done> keep(Cache* cache, Op op, std::optional<Result<typename Op::Reply>>* reply) {
  auto answer = co_await (*cache)(op);
  reply->emplace(std::move(answer));
  co_return Done{};
}

class RedisConnection : public ::testing::Test {
 protected:
  Result<std::unique_ptr<RedisCache>> connect(int port, Duration timeout = 100ms,
                                              Duration added_delay = {},
                                              std::string_view password = "", int connections = 1) {
    RedisSettings settings;
    settings.address.host = "127.0.0.1";
    settings.address.port = port;
    settings.address.password = password;
    settings.connections = connections;
    settings.timeout = timeout;
    settings.added_delay = added_delay;
    return loop_.run_until_done(RedisCache::connect(&loop_, &clock_, settings));
  }
  void pass(Duration time) { (void)loop_.run_until_done(clock_.sleep_until(clock_.now() + time)); }
  template <class Op>
  Result<typename Op::Reply> ask(Cache& cache, Op op) {
    return loop_.run_until_done(cache(op));
  }
  template <class Condition>
  bool eventually(Condition holds) {
    for (int i = 0; i < 500 && !holds(); ++i) pass(10ms);
    return holds();
  }

  EventLoop loop_;
  RealClock clock_{loop_, steady_now()};
};

TEST_F(RedisConnection, SaysInOneSentenceWhyItCannotConnect) {
  int free_port = 0;
  {
    const FakeServer gone(loop_, polite);
    free_port = gone.port();
  }
  const struct {
    FakeServer::Answer answer;
    std::string_view password;
    std::string_view says;
  } table[] = {
      {[](const auto&) { return "HTTP/1.1 400 Bad Request\r\n\r\n"; }, "", "another server?"},
      {[](const auto&) { return "hang up"; }, "", "another server?"},
      {[](const auto&) { return ""; }, "", "another server?"},
      {[](const auto&) { return ":1\r\n"; }, "", "another server?"},
      {[](const auto&) { return "-NOAUTH Authentication required.\r\n"; }, "", "wants a password"},
      {[](const auto&) { return "-WRONGPASS invalid username-password pair\r\n"; }, "s3cret",
       "refused the password"},
      {[](const auto&) { return "-ERR invalid password\r\n"; }, "s3cret", "refused the password"},
      {[](const auto&) {
         return "-ERR AUTH <password> called without any password configured\r\n";
       },
       "s3cret", "the server has none"},
      {[](const auto&) { return "-LOADING Redis is loading the dataset in memory\r\n"; }, "",
       "LOADING"},
      {nullptr, "", "cannot connect to redis://127.0.0.1:"},
  };
  for (const auto& row : table) {
    std::optional<FakeServer> server;
    if (row.answer) server.emplace(loop_, row.answer);
    const auto cache = connect(server ? server->port() : free_port, 50ms, {}, row.password);
    ASSERT_FALSE(cache.ok()) << row.says;
    EXPECT_NE(cache.error().message().find(row.says), std::string::npos) << cache.error().message();
    EXPECT_EQ(cache.error().message().find("s3cret"), std::string::npos);
    EXPECT_EQ(cache.error().store(), Store::redis);
    EXPECT_TRUE(cache.error().definite());
  }
}

TEST_F(RedisConnection, SwallowsTheReplyThatCameTooLate) {
  bool silent = true;
  FakeServer server(loop_, [&](const auto& words) {
    return words[0] == "GET" && silent ? std::string() : polite(words);
  });
  auto cache = connect(server.port(), 60ms);
  ASSERT_TRUE(cache.ok()) << cache.error().message();
  const auto late = ask(**cache, Get{kKey});
  ASSERT_FALSE(late.ok());
  EXPECT_EQ(late.error().cause(), Cause::timed_out);
  EXPECT_TRUE(late.error().definite()) << "a read changes nothing";
  server.say("$1\r\n1\r\n");  // the late one
  silent = false;
  const auto next = ask(**cache, Get{kKey});
  ASSERT_TRUE(next.ok());
  EXPECT_EQ(*next, 7);

  silent = true;
  const auto late_again = ask(**cache, Get{kKey});
  ASSERT_FALSE(late_again.ok());
  EXPECT_EQ(late_again.error().cause(), Cause::timed_out);
  EXPECT_EQ(server.accepted(), 1);
}

TEST_F(RedisConnection, GivesACommandOfALaterTurnATimeOfItsOwn) {
  FakeServer server(
      loop_, [](const auto& words) { return words[0] == "GET" ? std::string() : polite(words); });
  auto cache = connect(server.port(), 200ms);
  ASSERT_TRUE(cache.ok());
  std::optional<Result<Get::Reply>> first;
  std::optional<Result<Get::Reply>> second;
  TaskScope scope;
  scope.spawn(keep(cache->get(), Get{kKey}, &first));
  pass(120ms);
  const Instant asked = clock_.now();
  scope.spawn(keep(cache->get(), Get{kKey}, &second));
  ASSERT_TRUE(eventually([&] { return second.has_value(); }));
  EXPECT_GE(clock_.now() - asked, 200ms);
  EXPECT_TRUE(first.has_value());
}

TEST_F(RedisConnection, LeavesAServerThatHasStoppedAnswering) {
  FakeServer server(loop_, polite);
  auto cache = connect(server.port(), 20ms);
  ASSERT_TRUE(cache.ok());
  const auto late = ask(**cache, Delete{kKey});
  ASSERT_FALSE(late.ok());
  EXPECT_EQ(late.error().cause(), Cause::timed_out);
  EXPECT_FALSE(late.error().definite()) << "a write may have been executed";
  EXPECT_TRUE(eventually([&] { return server.accepted() == 2; }));
  EXPECT_TRUE(eventually([&] { return ask(**cache, Get{kKey}).ok(); }));
}

TEST_F(RedisConnection, TellsWhatMayHaveHappenedToTheCommandsOfALostConnection) {
  FakeServer server(loop_, [](const auto& words) {
    return words[0] == "DEL" ? "hang up" : words[0] == "GET" ? "" : polite(words);
  });
  auto cache = connect(server.port());
  ASSERT_TRUE(cache.ok());
  std::optional<Result<Get::Reply>> read;
  std::optional<Result<Done>> written, after;
  TaskScope scope;
  scope.spawn(keep(cache->get(), Get{kKey}, &read));
  scope.spawn(keep(cache->get(), Delete{kKey}, &written));
  ASSERT_TRUE(eventually([&] { return read && written; }));
  EXPECT_EQ(read->error().cause(), Cause::connection_lost);
  EXPECT_TRUE(read->error().definite());
  EXPECT_EQ(written->error().cause(), Cause::connection_lost);
  EXPECT_FALSE(written->error().definite());
}

TEST_F(RedisConnection, KnowsThatACommandWhichNeverLeftWasNotExecuted) {
  auto server = std::make_unique<FakeServer>(loop_, polite);
  auto cache = connect(server->port(), 2s, 50ms);
  ASSERT_TRUE(cache.ok());
  std::optional<Result<Done>> written;
  TaskScope scope;
  scope.spawn(keep(cache->get(), Delete{kKey}, &written));
  server->hang_up();
  ASSERT_TRUE(eventually([&] { return written.has_value(); }));
  EXPECT_EQ(written->error().cause(), Cause::not_connected);
  EXPECT_TRUE(written->error().definite());
}

TEST_F(RedisConnection, ComesBackWhenTheServerDoes) {
  auto server = std::make_unique<FakeServer>(loop_, polite);
  const int port = server->port();
  auto cache = connect(port);
  ASSERT_TRUE(cache.ok());
  server.reset();
  pass(30ms);
  const auto meanwhile = ask(**cache, Delete{kKey});
  ASSERT_FALSE(meanwhile.ok());
  EXPECT_EQ(meanwhile.error().cause(), Cause::not_connected);
  EXPECT_TRUE(meanwhile.error().definite());
  FakeServer again(loop_, polite, port);
  EXPECT_TRUE(eventually([&] { return ask(**cache, Get{kKey}).ok(); }));
  EXPECT_EQ(again.accepted(), 1);
}

Task<Done> keep_answer(Task<Reply> asked, std::optional<Result<Reply>>* answer) {
  answer->emplace(co_await std::move(asked));
  co_return Done{};
}

Task<Done> keep_done(Task<Done> task, std::optional<Result<Done>>* done) {
  done->emplace(co_await std::move(task));
  co_return Done{};
}

TEST_F(RedisConnection, AsksNothingBeforeTheServerHasLetItIn) {
  bool greeted = false;
  FakeServer server(loop_, [&](const auto&) {
    greeted = true;
    return "";
  });
  RedisSettings settings;
  settings.address.host = "127.0.0.1";
  settings.address.port = server.port();
  settings.timeout = 10s;
  Connection connection(loop_, clock_, settings, *endpoints_of(settings.address), 1);
  std::optional<Result<Done>> connected;
  std::optional<Result<Reply>> answer;
  TaskScope scope;
  scope.spawn(keep_done(connection.connect(), &connected));
  ASSERT_TRUE(eventually([&] { return greeted; }));
  scope.spawn(keep_answer(connection.ask({"SCRIPT", "LOAD", "return 1"}), &answer));
  ASSERT_TRUE(answer.has_value()) << "it would wait for a server that may refuse us";
  ASSERT_FALSE(answer->ok());
  EXPECT_EQ(answer->error().cause(), Cause::not_connected);
  EXPECT_TRUE(answer->error().definite());
  server.say("-LOADING Redis is loading the dataset in memory\r\n");
  ASSERT_TRUE(eventually([&] { return connected.has_value(); }));
  EXPECT_FALSE(connected->ok());
  EXPECT_FALSE(connection.ready());
}

TEST_F(RedisConnection, BreaksOffWithAServerThatAnswersWhatNobodyAsked) {
  FakeServer server(loop_, polite);
  auto cache = connect(server.port());
  ASSERT_TRUE(cache.ok());
  server.say("+SURPRISE\r\n");
  EXPECT_TRUE(eventually([&] { return server.accepted() == 2; }));
  EXPECT_TRUE(eventually([&] { return ask(**cache, Get{kKey}).ok(); }));
}

TEST_F(RedisConnection, SendsTheCommandsOfOneTurnOnOneConnection) {
  FakeServer server(loop_, polite);
  auto cache = connect(server.port(), 1s, {}, "", 3);
  ASSERT_TRUE(cache.ok());
  const std::vector<int> before = server.asked();
  std::vector<std::optional<Result<Get::Reply>>> replies(100);
  TaskScope scope;
  for (auto& reply : replies) scope.spawn(keep(cache->get(), Get{kKey}, &reply));
  ASSERT_TRUE(eventually([&] { return scope.alive() == 0; }));
  for (const auto& reply : replies) EXPECT_EQ(**reply, 7);
  int busy = 0;
  for (std::size_t i = 0; i < before.size(); ++i) busy += server.asked()[i] > before[i];
  EXPECT_EQ(busy, 1);
}

TEST_F(RedisConnection, ForgetsTheBuyerThatIsGoneAndSwallowsItsReply) {
  FakeServer server(loop_, polite);
  auto cache = connect(server.port());
  ASSERT_TRUE(cache.ok());
  {
    std::optional<Result<Get::Reply>> nobody_reads;
    TaskScope gone;
    gone.spawn(keep(cache->get(), Get{kKey}, &nobody_reads));
  }
  EXPECT_TRUE(ask(**cache, Get{kKey}).ok());
}

}  // namespace
}  // namespace doorbuster
