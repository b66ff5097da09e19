#include "redis/admin.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>

#include "redis/complaint.h"
#include "redis/connection.h"

namespace doorbuster {
namespace {

constexpr std::size_t kPings = 51;

// "redis_version:7.0.15" of INFO's text; empty where there is no such line.
std::string_view info_field(std::string_view info, std::string_view name) {
  const std::string line = fmt::format("\n{}:", name);
  const std::size_t at = info.find(line);
  if (at == info.npos) return {};
  const std::string_view rest = info.substr(at + line.size());
  return rest.substr(0, rest.find_first_of("\r\n"));
}

// The reply, where an error reply is as bad as none.
Task<Reply> must_answer(Connection* connection, std::vector<std::string> words) {
  Result<Reply> reply = co_await connection->ask(std::move(words));
  if (reply && reply->is(Reply::Kind::error)) co_return refusal(*reply);
  co_return reply;
}

}  // namespace

RedisAdmin::RedisAdmin() = default;
RedisAdmin::~RedisAdmin() = default;

Task<std::unique_ptr<RedisAdmin>> RedisAdmin::connect(EventLoop* loop, Clock* clock,
                                                      RedisSettings settings) {
  const Result<std::vector<Endpoint>> endpoints = endpoints_of(settings.address);
  if (!endpoints) co_return endpoints.error();
  std::unique_ptr<RedisAdmin> admin(new RedisAdmin);
  admin->clock_ = clock;
  admin->shown_ = settings.address.shown();
  admin->connection_ =
      std::make_unique<Connection>(*loop, *clock, settings, *endpoints, settings.seed);
  const Result<Done> connected = co_await admin->connection_->connect();
  if (connected) co_return admin;
  (void)co_await loop
      ->next_turn();  // the connection that failed is still in the midst of saying so
  co_return connected.error();
}

Task<RedisFacts> RedisAdmin::facts() {
  RedisFacts facts;
  std::vector<std::string> info = {"INFO", "server"};
  const Result<Reply> server = co_await must_answer(connection_.get(), std::move(info));
  if (!server) co_return server.error();
  facts.version = info_field(server->text(), "redis_version");
  facts.run_id = info_field(server->text(), "run_id");
  const std::string_view pid = info_field(server->text(), "process_id");
  std::from_chars(pid.data(), pid.data() + pid.size(), facts.process_id);

  for (const char* name : {"appendonly", "appendfsync", "maxmemory", "maxmemory-policy", "save"}) {
    std::vector<std::string> get = {"CONFIG", "GET", name};
    const Result<Reply> setting = co_await connection_->ask(std::move(get));
    if (!setting) co_return setting.error();
    if (setting->is(Reply::Kind::array) && setting->leaves() == 2) {
      facts.settings.emplace_back(name, setting->text(1));
    }
  }

  const Result<Duration> trip = co_await round_trip();
  if (!trip) co_return trip.error();
  facts.round_trip = *trip;
  co_return facts;
}

Task<Done> RedisAdmin::check_writable() {
  const std::string key = std::string(kKeyPrefix) + "hello";
  for (const bool set : {true, false}) {
    std::vector<std::string> words = {set ? "SET" : "DEL", key};
    if (set) words.emplace_back("1");
    const Result<Reply> reply = co_await must_answer(connection_.get(), std::move(words));
    if (reply) continue;
    const Error& error = reply.error();
    const std::string_view complaint = complaint_of_redis(error.code());
    co_return error.with_message(
        complaint.empty()
            ? fmt::format("{}: the server takes no writes: {}", shown_, error.message())
            : fmt::format("the Redis at {} {}", shown_, complaint));
  }
  co_return Done{};
}

Task<Done> RedisAdmin::save() {
  std::vector<std::string> words = {"SAVE"};
  const Result<Reply> saved = co_await must_answer(connection_.get(), std::move(words));
  if (!saved) co_return saved.error();
  co_return Done{};
}

Task<Duration> RedisAdmin::round_trip() {
  std::array<Duration, kPings> trips{};
  for (Duration& trip : trips) {
    const Instant begin = clock_->now();
    std::vector<std::string> ping = {"PING"};
    const Result<Reply> pong = co_await must_answer(connection_.get(), std::move(ping));
    if (!pong) co_return pong.error();
    trip = clock_->now() - begin;
  }
  std::nth_element(trips.begin(), trips.begin() + kPings / 2, trips.end());
  co_return trips[kPings / 2];
}

Task<std::int64_t> RedisAdmin::remove_keys() {
  std::int64_t keys = 0;
  std::string cursor = "0";
  do {
    std::vector<std::string> scan = {"SCAN",  cursor, "MATCH", std::string(kKeyPrefix) + "*",
                                     "COUNT", "1000"};
    const Result<Reply> found = co_await must_answer(connection_.get(), std::move(scan));
    if (!found) co_return found.error();
    if (!found->is(Reply::Kind::array) || found->leaves() == 0 || !found->integer(0)) {
      co_return Error(Store::redis, Cause::protocol, true, {}, "SCAN gave no cursor");
    }
    cursor = found->text(0);
    if (found->leaves() == 1) continue;
    std::vector<std::string> unlink = {"UNLINK"};
    for (std::size_t i = 1; i < found->leaves(); ++i) unlink.emplace_back(found->text(i));
    const Result<Reply> removed = co_await must_answer(connection_.get(), std::move(unlink));
    if (!removed) co_return removed.error();
    keys += removed->integer().value_or(0);
  } while (cursor != "0");
  co_return keys;
}

}  // namespace doorbuster
