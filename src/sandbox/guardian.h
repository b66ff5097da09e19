// The Guardian is a small shell process that outlives this one just long enough to clean up. It
// makes the private directory, starts the servers as its own children, and waits for the end of its
// socket, which the kernel brings about however this program dies; then it stops the servers, waits
// until they are gone, and removes the directory. It runs in a session of its own, so that no
// terminal's Ctrl-C reaches it or the servers; should it be killed itself, the kernel kills the
// servers with it. Why a shell, spawned: a fork of a program with threads may do next to nothing
// safely, and a copy of a program that is under a sanitizer or holds thousands of buyers is a heavy
// guard. One thread at a time. No secret passes through it: passwords are in files in the
// directory.
#pragma once

#include <sys/types.h>

#include <memory>
#include <string>

#include "base/result.h"
#include "base/time.h"

namespace doorbuster {

struct GuardianPlan {
  std::string base;          // the directory is made in here
  std::string redis_server;  // path of the program; empty: no Redis. It is given DIR/redis.conf
  std::string initdb;        // both empty: no PostgreSQL. DIR/postgres.password and
  std::string postgres;      // DIR/postgres.conf (appended to the usual one) are theirs
  std::string user_id;       // numeric, of the user to run servers as; empty: as this program's own
  std::string group_id;
};

class Guardian {
 public:
  // REQUIRES: the plan's paths exist. Returns once the directory stands.
  static Result<std::unique_ptr<Guardian>> spawn(const GuardianPlan& plan);
  // Stops the servers, removes the directory, and waits until both are done.
  ~Guardian();
  Guardian(const Guardian&) = delete;
  Guardian& operator=(const Guardian&) = delete;

  const std::string& directory() const { return directory_; }

  struct Pids {
    pid_t redis = 0;
    pid_t postgres = 0;
  };
  // Starts the servers; they are not ready yet. The files they need must be in the directory.
  Result<Pids> start_servers();

  // Starts one that has ended once more, with what is in the directory; it is not ready yet.
  Result<pid_t> start_redis_again() { return start_again("redis"); }
  Result<pid_t> start_postgres_again() { return start_again("postgres"); }

  bool alive() const;

 private:
  Guardian(pid_t pid, int socket) : pid_(pid), socket_(socket) {}
  Result<pid_t> start_again(const std::string& server);
  Result<std::string>
  read_line();  // bounded; an error where the guardian said "failed ..." or ended

  pid_t pid_;
  int socket_;
  std::string directory_;
};

}  // namespace doorbuster
