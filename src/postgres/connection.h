// Connection: one non-blocking libpq connection on the loop, with the load's statements prepared.
// Internal to postgres/. Either one statement at a time, or in pipeline mode many in flight, each a
// transaction of its own (a sync after each). Only without a pipeline may a transaction span
// several statements. A statement is answered when the server is ready for the next: a row that
// came before the commit is no answer yet. libpq owns its socket; the loop watches a duplicate, so
// that neither can close what the other still uses. Asking the kernel costs most of a statement, so
// it is read once a readiness, and where several statements may be in flight it is written once for
// all that is asked in answer to one reading, and for the others at the end of the loop's turn,
// which the former waits for too where it is due. libpq connects and prepares; then its statements
// speak by wire.h, or, where the connection is encrypted, by libpq. What the server says of itself
// in the very read that ends the preparing stays with libpq, unheard. One thread, its loop's.
// Destroy it from outside its own calls.
#pragma once

#include <libpq-fe.h>

#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/task.h"
#include "base/task_scope.h"
#include "loop/event_loop.h"
#include "postgres/pool.h"
#include "postgres/wire.h"
#include "store/database_operations.h"

namespace doorbuster::postgres {

struct ConnectionSettings {
  std::string url;  // URL or key=value; may hold a password
  std::string shown;
  std::string application_name;
  bool pipeline = false;
  bool only_libpq = false;         // as where the connection is encrypted
  Duration idle_in_transaction{};  // after which the server ends a session that forgot its own
};

class Connection {
 public:
  // Hears each answer as it comes; may send again from within the call.
  class Answers {
   public:
    virtual ~Answers() = default;
    virtual void answered(Pool::Slot slot, Pool::Ticket ticket, Result<DatabaseReply> reply) = 0;
  };

  Connection(EventLoop& loop, const ConnectionSettings& settings, Pool::Slot slot,
             Answers& answers);
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection();

  // Connects and prepares. Errors: connect_error() of errors.h, or what abort() was given. Name
  // resolution is libpq's and blocks. REQUIRES: not open
  Task<Done> open();
  bool is_open() const { return open_; }

  // Reads answers until the connection ends; the error says why.
  Task<Done> serve();

  // A failure to send shows in serve(). REQUIRES: is_open(), with room for one more
  void send(Pool::Ticket ticket, const DatabaseOperation& operation);

  // Makes open() or serve() end with this error, soon.
  void abort(Error why);

  // Closes, and gives back the tickets that were not answered.
  std::vector<Pool::Ticket> close();

 private:
  enum class Wait : unsigned char { readable, writable };
  using Socket =
      boost::asio::basic_stream_socket<boost::asio::generic::stream_protocol, EventLoop::Executor>;
  struct Sent {
    Pool::Ticket ticket;
    std::size_t statement;
    Access access;
  };
  struct Finish {
    void operator()(PGconn* connection) const { PQfinish(connection); }
  };

  Task<Done> shake_hands();
  Task<Done> prepare();
  bool queue_session();
  Task<Done> ready(Wait wait);
  Task<Done> write_the_rest();
  void watch_socket();
  bool send_by_libpq(const DatabaseOperation& operation, std::size_t index);
  void send_by_wire(const DatabaseOperation& operation, std::size_t index);
  void write();
  Task<Done> write_at_the_end_of_the_turn();
  Task<Done> serve_by_libpq();
  Task<Done> serve_by_wire();
  void deliver_and_write();
  void deliver_from_wire();
  bool hear(const wire::Message& message);
  bool hear_of_oldest(const wire::Message& message);
  void flush();
  void deliver();
  void take(PGresult* result);
  void answer_oldest();
  Error lost() const;
  Error lost(std::string_view why) const;
  Error error_of(std::string_view sqlstate, std::string_view severity, std::string message,
                 Access access);
  static void hear_notice(void* self, const PGresult* notice);

  EventLoop& loop_;
  const ConnectionSettings& settings_;
  const Pool::Slot slot_;
  Answers& answers_;
  std::unique_ptr<PGconn, Finish> pg_;
  Socket socket_;
  std::deque<Sent> in_flight_;
  std::optional<Result<DatabaseReply>> answer_;  // of the oldest, until the server is ready again
  std::optional<Error> aborted_;
  std::string last_words_;    // SQLSTATE of what ended the session
  std::string last_message_;  // and what it said of it, by wire
  bool open_ = false;
  bool by_wire_ = false;
  wire::Incoming incoming_;
  Answer heard_;          // of the oldest, as far as it came
  std::string outgoing_;  // from written_ on not yet taken by the kernel
  std::size_t written_ = 0;
  bool flushing_ = false;
  TaskScope tasks_;
};

}  // namespace doorbuster::postgres
