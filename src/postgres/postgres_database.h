// PostgresDatabase: a real PostgreSQL as a Database, by a fair pool of non-blocking connections.
// Every operation ends within `timeout`, its waiting for a connection included:
//   still waiting            Cause::timed_out, definite: nothing was sent
//   sent, no answer          Cause::timed_out, indefinite for a write. The connection is replaced;
//                            its statement may yet commit on the server (Ledger::quiesce)
//   the connection ended     Cause::connection_lost, indefinite for a write
//   nobody lets us in        Cause::not_connected, definite, at once
// Lost connections come back by themselves, with back-off. One thread, its loop's; the loop and the
// clock must outlive it, and it must outlive the tasks that use it. Not destroyed from a task of
// its own loop's turn.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "measure/histogram.h"
#include "store/database.h"
#include "store/trouble.h"

namespace doorbuster {

class EventLoop;

struct PostgresOptions {
  std::string url;               // URL or key=value words, as libpq takes them
  std::string application_name;  // names this run's sessions to Ledger::quiesce
  int connections = 16;
  bool pipeline = false;    // several statements in flight on a connection
  int depth = 1;            // that many; without pipeline always one
  bool only_libpq = false;  // as where the connection is encrypted
  Duration timeout = 1s;    // of one operation
  Duration connect_within = 5s;
  Duration rtt{};          // added before each statement, with its connection held
  std::uint64_t seed = 1;  // of the jitter
};

class PostgresDatabase : public Database {
 public:
  // Opens all connections, each with its statements prepared; the shop's tables must exist
  // (Ledger). If one fails, none stays: one sentence that says what to do.
  static Task<std::unique_ptr<PostgresDatabase>> connect(EventLoop& loop, Clock& clock,
                                                         PostgresOptions options);
  ~PostgresDatabase() override;

  Task<DatabaseReply> execute(DatabaseOperation operation) override;

  // How long each operation waited for a connection; part of its service time.
  const Histogram& pool_wait() const;
  void clear_pool_wait();  // after a warm-up

  // While any of them holds no connection is handed out, and operations wait; transactions that
  // have one go on. They must live until others are given, or none.
  void freeze_while(std::vector<const StrikeWindow*> windows);

 private:
  class Impl;
  explicit PostgresDatabase(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace doorbuster
