// RedisAdmin: what a run does around its measurement: facts of the server for the result file, and
// the removal of our own keys, by SCAN and UNLINK, never FLUSHALL: the server may be shared. One
// connection of its own. Errors are one sentence, without the password. Threads and lifetimes as of
// RedisCache.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "loop/event_loop.h"
#include "redis/settings.h"

namespace doorbuster {

class Connection;

struct RedisFacts {
  std::string version;
  std::string run_id;           // another after every start of the server
  std::int64_t process_id = 0;  // for CPU accounting where the server is on this machine
  // appendonly, appendfsync, maxmemory, maxmemory-policy, save; empty where CONFIG is forbidden.
  std::vector<std::pair<std::string, std::string>> settings;
  Duration round_trip{};  // the median of some PINGs, with the added delay
};

class RedisAdmin {
 public:
  static Task<std::unique_ptr<RedisAdmin>> connect(EventLoop* loop, Clock* clock,
                                                   RedisSettings settings);
  ~RedisAdmin();

  Task<RedisFacts> facts();

  // Writes a key of ours and removes it again: a replica, a full memory or a user without rights
  // refuses that before a buyer comes, in a sentence that says what to do.
  Task<Done> check_writable();

  // Writes everything that the server holds to its disk, and waits for it: only on a server of
  // ours.
  Task<Done> save();

  // Removes the keys that begin with our prefix, and gives how many there were.
  Task<std::int64_t> remove_keys();

 private:
  RedisAdmin();
  Task<Duration> round_trip();

  std::unique_ptr<Connection> connection_;
  Clock* clock_ = nullptr;
  std::string shown_;  // the address without a password
};

}  // namespace doorbuster
