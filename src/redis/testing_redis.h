// For this room's tests: one throwaway Redis a process, and a shard's loop and clock to reach it.
// Tests only.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <utility>

#include "loop/real_clock.h"
#include "redis/admin.h"
#include "redis/connection.h"
#include "redis/redis_cache.h"
#include "sandbox/sandbox.h"

namespace doorbuster {

inline std::unique_ptr<Sandbox> start_redis(Transport transport = Transport::tcp) {
  SandboxOptions options;
  options.postgres = false;
  options.transport = transport;
  auto sandbox = Sandbox::start(options);
  CHECK(sandbox.ok(), "{}", sandbox.error().message());
  return *std::move(sandbox);
}

// Started at the first use, stopped at the end of the program.
inline Sandbox& shared_redis() {
  static const std::unique_ptr<Sandbox> sandbox = start_redis();
  return *sandbox;
}

class RedisShard {
 public:
  static RedisSettings settings(const std::string& url, int connections = 2,
                                Duration timeout = 2s) {
    RedisSettings settings;
    settings.address = *parse_redis_url(url);
    settings.connections = connections;
    settings.timeout = timeout;
    return settings;
  }
  std::unique_ptr<RedisCache> cache(RedisSettings settings) {
    auto cache = loop.run_until_done(RedisCache::connect(&loop, &clock, std::move(settings)));
    CHECK(cache.ok(), "{}", cache.error().message());
    return *std::move(cache);
  }
  std::unique_ptr<RedisAdmin> admin(RedisSettings settings) {
    auto admin = loop.run_until_done(RedisAdmin::connect(&loop, &clock, std::move(settings)));
    CHECK(admin.ok(), "{}", admin.error().message());
    return *std::move(admin);
  }
  // One command in words on a connection of its own; the reply's first leaf.
  std::string say(const std::string& url, std::vector<std::string> words) {
    const RedisSettings how = settings(url);
    Connection connection(loop, clock, how, *endpoints_of(how.address), 1);
    CHECK(loop.run_until_done(connection.connect()).ok());
    const auto reply = loop.run_until_done(connection.ask(std::move(words)));
    CHECK(reply.ok(), "{}", reply.error().message());
    return reply->leaves() == 0 ? std::string() : std::string(reply->text());
  }
  void pass(Duration time) { (void)loop.run_until_done(clock.sleep_until(clock.now() + time)); }
  // Runs the loop until it holds, for at most some seconds.
  template <class Condition>
  bool eventually(Condition holds) {
    const Instant end = clock.now() + 10s;
    while (!holds() && clock.now() < end) (void)loop.run_until_done(loop.next_turn());
    return holds();
  }

  EventLoop loop;
  RealClock clock{loop, steady_now()};
};

}  // namespace doorbuster
