// RedisCache: a shard's Cache on a real Redis, over several connections. Commands of one turn of
// the loop share a connection, so they leave together; the next turn uses the next. A
// lost connection comes back by itself; while none is ready, operations end at once as
// not_connected. Scripts go by their SHA-1; a server that lost them is given them anew. Errors:
// redis/connection.h. One thread, its loop's; everything it is given must outlive it, and no
// operation may be waiting when it is destroyed, nor may one of them destroy it.
#pragma once

#include <memory>
#include <vector>

#include "base/clock.h"
#include "loop/event_loop.h"
#include "redis/scripts.h"
#include "redis/settings.h"
#include "store/cache.h"

namespace doorbuster {

class Connection;

class RedisCache : public Cache {
 public:
  // All connections ready and all scripts loaded, or one sentence why not, without the password.
  // REQUIRES: settings.connections > 0, settings.timeout > 0
  static Task<std::unique_ptr<RedisCache>> connect(EventLoop* loop, Clock* clock,
                                                   RedisSettings settings);
  ~RedisCache() override;

  Task<CacheReply> execute(CacheOperation operation) override;

 private:
  RedisCache();
  Connection* pick();
  std::string why_down() const;
  Task<Done> load_scripts(Connection* connection);

  std::vector<std::unique_ptr<Connection>> connections_;
  std::size_t current_ = 0;
  ScriptNames names_;
};

}  // namespace doorbuster
