// A Sandbox is a throwaway Redis and PostgreSQL on this machine: a private directory (0700, under
// TMPDIR or /tmp), free loopback ports and unix sockets, random passwords, ready when start()
// returns. Servers run as an unprivileged user where the program is root. They are stopped and the
// directory is removed by the destructor, and also when this program dies of anything, SIGKILL
// included: a guardian process in a session of its own sees the program end (guardian.h). For the
// same reason Ctrl-C in a terminal does not reach the servers, so a run can still drain and audit.
// They run at nice 10: a load generator that waits for a processor behind its own servers is late,
// and then measures itself. Elsewhere it would have a machine of its own. One owner, one thread at
// a time; start() blocks for about 1.5 s. URLs hold passwords: never log them.
#pragma once

#include <sys/types.h>

#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "base/result.h"
#include "base/time.h"

namespace doorbuster {

enum class Transport : unsigned char { tcp, unix_socket };

struct SandboxOptions {
  bool redis = true;
  bool postgres = true;
  bool durable = false;  // true: fsync on and appendfsync always; false: nothing survives a crash
  int max_connections = 100;             // of PostgreSQL
  Transport transport = Transport::tcp;  // the form that redis_url() and postgres_url() give
  Duration start_within = 30s;
  // Asked every few milliseconds while starting; true ends the start. Empty: never.
  std::function<bool()> give_up = {};
  // For tests; empty: free ones, and others should these be taken meanwhile. Redis's, PostgreSQL's.
  std::function<Result<std::pair<int, int>>()> pick_ports = {};
};

class Guardian;
struct ServerPlace;

class Sandbox {
 public:
  // Any failure is one sentence with the end of the server's log; nothing is left behind then.
  static Result<std::unique_ptr<Sandbox>> start(SandboxOptions options);
  ~Sandbox();
  Sandbox(const Sandbox&) = delete;
  Sandbox& operator=(const Sandbox&) = delete;

  // Empty for a server that was not asked for. Over tcp:
  //   redis://:PASSWORD@127.0.0.1:PORT
  //   postgresql://doorbuster:PASSWORD@127.0.0.1:PORT/postgres
  // Over a unix socket:
  //   unix://:PASSWORD@/DIR/redis.sock
  //   postgresql://doorbuster:PASSWORD@/postgres?host=/DIR&port=PORT
  std::string redis_url() const { return redis_url(options_.transport); }
  std::string postgres_url() const { return postgres_url(options_.transport); }
  std::string redis_url(Transport transport) const;
  std::string postgres_url(Transport transport) const;

  const std::string& directory() const { return directory_; }

  // For CPU accounting (process_cpu.h); 0 for a server that was not asked for.
  pid_t redis_pid() const { return redis_pid_; }
  pid_t postgres_pid() const { return postgres_pid_; }  // the postmaster

  // Ends a server as a crash would, without a word to its clients, and waits until it is gone.
  void kill_redis();
  void kill_postgres();

  // PostgreSQL's own shutdown, which tells its clients: fast, with a checkpoint, or immediate,
  // after which it recovers from its log. Waits until it is gone.
  Result<Done> shut_down_postgres(bool immediate);

  // Starts a server that has ended once more, at the same addresses; ready when it returns. Redis
  // has what was saved in its directory, or, emptied, nothing.
  Result<Done> start_redis_again(bool emptied);
  Result<Done> start_postgres_again();

  // Every process of a server stands still; and goes on.
  static void freeze(pid_t server);
  static void thaw(pid_t server);

 private:
  explicit Sandbox(SandboxOptions options);
  Result<Done> begin();
  Result<Done> write_files() const;
  Result<Done> await_ready();
  Error failed(const std::string& server, const std::string& what);
  ServerPlace place(int port) const;

  SandboxOptions options_;
  std::string directory_;
  std::string password_;
  std::string redis_program_;  // which was found in PATH
  std::string postgres_program_;
  int redis_port_ = 0;
  int postgres_port_ = 0;
  pid_t redis_pid_ = 0;
  pid_t postgres_pid_ = 0;
  bool port_was_taken_ = false;  // the one failure that another try may mend
  std::unique_ptr<Guardian> guardian_;
};

}  // namespace doorbuster
