// Many faults, one after the other: no coroutine, no connection and no descriptor is left behind.
// DOORBUSTER_FAULTS sets how many (tools/soak).
#include <gtest/gtest.h>

#include <filesystem>

#include "base/chance_testing.h"
#include "base/frames_alive.h"
#include "loop/real_clock.h"
#include "redis/fake_server_testing.h"
#include "redis/redis_cache.h"

namespace doorbuster {
namespace {

std::int64_t open_descriptors() {
  return std::distance(std::filesystem::directory_iterator("/proc/self/fd"), {}) - 1;
}

TEST(RedisLeaks, AreNoneOverManyFaults) {
  EventLoop loop;
  RealClock clock(loop, steady_now());
  std::string trouble;
  FakeServer server(loop, [&](const std::vector<std::string>& words) {
    return words[0] == "GET" && !trouble.empty() ? trouble : polite(words);
  });
  RedisSettings settings;
  settings.address.host = "127.0.0.1";
  settings.address.port = server.port();
  settings.timeout = 20ms;
  auto cache = *loop.run_until_done(RedisCache::connect(&loop, &clock, settings));
  const Get get{Key{KeyFamily::inventory, ItemId{1}}};
  const auto ask = [&] { return loop.run_until_done((*cache)(get)).ok(); };
  // Until it is answered, on another connection where that one is lost.
  const auto recovers = [&] {
    const Instant end = clock.now() + 5s;
    bool answered = ask();
    while (!answered && clock.now() < end) {
      (void)loop.run_until_done(loop.next_turn());
      answered = ask();
    }
    return answered;
  };
  ASSERT_TRUE(recovers());

  const auto faults = number_from_environment("DOORBUSTER_FAULTS", 90);
  const std::int64_t frames = frames_alive();
  const std::int64_t descriptors = open_descriptors();
  const int accepted = server.accepted();
  for (std::uint64_t i = 0; i < faults; ++i) {
    const char* kinds[] = {"hang up", "HTTP/1.1 400 Bad Request\r\n\r\n", "\r"};  // and silence
    trouble = kinds[i % 3];
    EXPECT_FALSE(ask());
    trouble.clear();
    ASSERT_TRUE(recovers()) << "after fault " << i;
  }
  EXPECT_GE(server.accepted() - accepted, static_cast<int>(faults) * 2 / 3) << "one after a loss";
  (void)loop.run_until_done(clock.sleep_until(clock.now() + 20ms));  // the server hears of the end
  EXPECT_EQ(frames_alive(), frames);
  EXPECT_EQ(open_descriptors(), descriptors);
}

}  // namespace
}  // namespace doorbuster
