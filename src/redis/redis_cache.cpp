#include "redis/redis_cache.h"

#include <fmt/format.h>

#include <utility>

#include "redis/connection.h"

namespace doorbuster {

RedisCache::RedisCache() = default;
RedisCache::~RedisCache() = default;

Task<std::unique_ptr<RedisCache>> RedisCache::connect(EventLoop* loop, Clock* clock,
                                                      RedisSettings settings) {
  CHECK(settings.connections > 0 && settings.timeout > Duration::zero());
  const Result<std::vector<Endpoint>> endpoints = endpoints_of(settings.address);
  if (!endpoints) co_return endpoints.error();
  std::unique_ptr<RedisCache> cache(new RedisCache);
  Result<Done> done = Done{};
  for (int i = 0; i < settings.connections && done; ++i) {
    const std::uint64_t seed = stream_seed(settings.seed, 0x4ed15, static_cast<std::uint64_t>(i));
    cache->connections_.push_back(
        std::make_unique<Connection>(*loop, *clock, settings, *endpoints, seed));
    done = co_await cache->connections_.back()->connect();
  }
  if (done) done = co_await cache->load_scripts(cache->connections_.front().get());
  if (done) co_return cache;
  (void)co_await loop
      ->next_turn();  // the connection that failed is still in the midst of saying so
  co_return done.error();
}

Task<Done> RedisCache::load_scripts(Connection* connection) {
  for (std::size_t i = 0; i < kScripts; ++i) {
    std::vector<std::string> words = {"SCRIPT", "LOAD",
                                      std::string(text_of(static_cast<Script>(i)))};
    const Result<Reply> loaded = co_await connection->ask(std::move(words));
    if (!loaded) co_return loaded.error();
    if (loaded->is(Reply::Kind::error)) co_return refusal(*loaded);
    names_[i] = loaded->text();
  }
  co_return Done{};
}

Connection* RedisCache::pick() {
  if (connections_[current_]->ready() && connections_[current_]->turn_is_open()) {
    return connections_[current_].get();
  }
  for (std::size_t tried = 0; tried < connections_.size(); ++tried) {
    current_ = (current_ + 1) % connections_.size();
    if (connections_[current_]->ready()) return connections_[current_].get();
  }
  return nullptr;
}

std::string RedisCache::why_down() const {
  for (const auto& connection : connections_) {
    if (!connection->why_down().empty()) return "no connection to Redis: " + connection->why_down();
  }
  return "no connection to Redis";
}

Task<CacheReply> RedisCache::execute(CacheOperation operation) {
  for (bool scripts_are_new = false;;) {
    Connection* connection = pick();
    if (connection == nullptr) {
      co_return Error(Store::redis, Cause::not_connected, true, {}, why_down());
    }
    append_operation(connection->outgoing(), operation, names_);
    Completion<CacheReply> answer;
    connection->expect(decoder_of(operation), access_of(operation), answer.completer());
    Result<CacheReply> reply = co_await answer;
    if (reply || reply.error().code() != "NOSCRIPT" || scripts_are_new) co_return reply;

    // The server has lost its scripts (a restart, SCRIPT FLUSH); nothing was executed.
    const Result<Done> loaded = co_await load_scripts(connection);
    if (!loaded) {
      co_return Error(Store::redis, loaded.error().cause(), true, loaded.error().code(),
                      "scripts: " + loaded.error().message());
    }
    scripts_are_new = true;
  }
}

}  // namespace doorbuster
