// Many faults, one after the other: no coroutine, no connection, no session and no descriptor is
// left behind. DOORBUSTER_FAULTS sets how many (tools/soak).
#include <gtest/gtest.h>

#include <filesystem>

#include "base/chance_testing.h"
#include "base/frames_alive.h"
#include "postgres/test_shop.h"

namespace doorbuster {
namespace {

std::int64_t descriptors_of_ours() {
  return std::distance(std::filesystem::directory_iterator("/proc/self/fd"), {}) - 1;
}

// Statements that wait for a lock until their time is up: each costs its connection. And clients
// who leave in the midst of a transaction: so does each of these.
TEST(PostgresLeaksOnServers, AreNoneOverManyFaults) {
  TestShop shop;
  shop.stock(1'000'000);
  PostgresOptions options = shop.options(2);
  options.timeout = 20ms;
  const auto database = shop.connect(options);
  OtherSession other(shop.url());
  // Each statement has 20 ms, and a new session may take longer.
  const auto recovers = [&] {
    return comes_true([&] { return shop.ask(*database, ReadStock{TestShop::kItem}).ok(); });
  };
  ASSERT_TRUE(recovers());
  const auto sessions = [&] { return other.load_pids().size(); };
  ASSERT_TRUE(comes_true([&] { return shop.let_pass(1ms), sessions() == 2U; }));

  const auto faults = number_from_environment("DOORBUSTER_FAULTS", 60);
  const std::int64_t frames = frames_alive();
  const std::int64_t descriptors = descriptors_of_ours();
  for (std::uint64_t i = 0; i < faults; ++i) {
    if (i % 2 == 0) {
      other.hold("SELECT 1 FROM doorbuster.products FOR UPDATE");
      EXPECT_FALSE(shop.ask(*database, TakeIfAvailable{TestShop::order(static_cast<int>(i))}).ok());
      other.end();
    } else {
      std::optional<Result<TransactionId>> never;
      TaskScope leaves;
      leaves.spawn(ask_into(database.get(), Begin{}, &never));
    }
    ASSERT_TRUE(recovers());
  }
  EXPECT_TRUE(comes_true([&] { return shop.let_pass(1ms), sessions() == 2U; })) << sessions();
  EXPECT_TRUE(comes_true([&] { return shop.let_pass(1ms), frames_alive() == frames; }))
      << frames_alive() - frames << " more than before";
  EXPECT_EQ(descriptors_of_ours(), descriptors);
}

}  // namespace
}  // namespace doorbuster
