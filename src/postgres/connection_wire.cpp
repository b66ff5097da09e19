// The half of Connection that speaks by wire.h: what is sent, written and heard without libpq.
#include <boost/asio/buffer.hpp>
#include <utility>

#include "base/completion.h"
#include "postgres/connection.h"
#include "postgres/errors.h"
#include "postgres/statements.h"

namespace doorbuster::postgres {
namespace {

// What an Asio handler holds of the Task that serves; see loop/event_loop.h.
struct Arrival {
  Completer<std::size_t> completer;
  void operator()(const boost::system::error_code& error, std::size_t size) {
    if (!error) return completer.complete(size);
    const bool hung_up = error == boost::asio::error::eof;
    completer.complete(system_error(hung_up ? "the server hung up" : error.message()));
  }
};

}  // namespace

void Connection::send_by_wire(const DatabaseOperation& operation, std::size_t index) {
  const auto* begin = std::get_if<Begin>(&operation);
  if (begin != nullptr && begin->lock_timeout > Duration::zero()) {
    wire::append_query(outgoing_, begin_text(begin->lock_timeout));
  } else {
    wire::append_execute(outgoing_, statement(index).name, BoundParameters(operation));
  }
  if (flushing_) return;
  if (!settings_.pipeline) return write();
  flushing_ = true;
  tasks_.spawn(write_at_the_end_of_the_turn());
}

// Behind whatever is ready in this turn: the statements that come of it leave in one system call.
Task<Done> Connection::write_at_the_end_of_the_turn() {
  (void)co_await loop_.next_turn();
  flushing_ = false;
  write();
  co_return Done{};
}

void Connection::write() {
  boost::system::error_code error;
  while (!aborted_ && written_ < outgoing_.size() && !error) {
    written_ += socket_.write_some(
        boost::asio::buffer(outgoing_.data() + written_, outgoing_.size() - written_), error);
  }
  if (error == boost::asio::error::would_block) {
    flushing_ = true;
    tasks_.spawn(write_the_rest());
    return;
  }
  outgoing_.clear();
  written_ = 0;
  // Of a connection that the server ended, its last words are still to be read.
  const bool ended =
      error == boost::asio::error::broken_pipe || error == boost::asio::error::connection_reset;
  if (error && !ended) abort(lost(error.message()));
}

Task<Done> Connection::serve_by_wire() {
  while (!aborted_) {
    Completion<std::size_t> arrived;
    char* const room = incoming_.room();
    socket_.async_read_some(boost::asio::buffer(room, incoming_.room_size()),
                            Arrival{arrived.completer()});
    const auto size = co_await arrived;
    if (aborted_) break;
    if (!size) {
      abort(lost(last_message_.empty() ? size.error().message() : last_message_));
      break;
    }
    incoming_.filled(*size);
    deliver_and_write();
  }
  co_return *aborted_;
}

// What is asked in answer to these answers leaves at once, and in one system call.
void Connection::deliver_and_write() {
  const bool gathers = settings_.pipeline && !flushing_;
  if (gathers) flushing_ = true;
  deliver_from_wire();
  if (!gathers) return;
  flushing_ = false;
  write();
}

void Connection::deliver_from_wire() {
  while (!aborted_) {
    const auto message = incoming_.next();
    if (!message && !incoming_.broken()) return;
    if (!message || !hear(*message)) {
      abort(lost("it answered what PostgreSQL would not"));
    }
  }
}

// False where the message makes no sense.
bool Connection::hear(const wire::Message& message) {
  switch (message.type) {
    case 'A':  // a notification
    case 'S':  // a parameter's new value
      return true;
    case 'E':
    case 'N': {
      const wire::Complaint said = wire::complaint_in(message.body);
      if (ends_the_session(said.sqlstate, said.severity)) {
        last_words_ = said.sqlstate;
        last_message_ = one_line(said.message);
      }
      // An error at the commit comes after the statement's own result, and overrules it.
      if (message.type == 'E' && !in_flight_.empty()) {
        answer_ = statement_error(said.sqlstate, said.severity, one_line(said.message),
                                  in_flight_.front().access);
        heard_ = {};  // the rows before it are no answer
      }
      return true;
    }
    default:
      return !in_flight_.empty() && hear_of_oldest(message);
  }
}

bool Connection::hear_of_oldest(const wire::Message& message) {
  switch (message.type) {
    case '2':  // bound
      return true;
    case 'D':
      return !answer_ && wire::add_row(heard_, message.body);
    case 'I':
      heard_.status = PGRES_EMPTY_QUERY;
      break;
    case 'C':
      if (!wire::end_of_command(heard_, message.body)) return false;
      break;
    case 'Z':
      if (!answer_) return false;
      answer_oldest();
      return true;
    default:
      return false;
  }
  if (!answer_) answer_ = read_reply(in_flight_.front().statement, heard_);
  heard_ = {};
  return true;
}

}  // namespace doorbuster::postgres
