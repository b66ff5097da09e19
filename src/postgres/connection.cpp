#include "postgres/connection.h"

#include <fmt/format.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <utility>

#include "base/completion.h"
#include "postgres/errors.h"
#include "postgres/statements.h"

namespace doorbuster::postgres {
namespace {

using ResultPointer = std::unique_ptr<PGresult, decltype(&PQclear)>;

// Whatever the server's default: the strategies' statements are judged under READ COMMITTED.
constexpr const char* kSession =
    "SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL READ COMMITTED";

std::string_view field(const PGresult* result, int code) {
  const char* text = PQresultErrorField(result, code);
  return text == nullptr ? std::string_view() : std::string_view(text);
}

// The server's primary message, or libpq's own where the error is its own.
std::string message_of(const PGresult* result) {
  const std::string_view primary = field(result, PG_DIAG_MESSAGE_PRIMARY);
  return one_line(primary.empty() ? PQresultErrorMessage(result) : primary);
}

// What an Asio handler holds of a Task that waits; see loop/event_loop.h.
struct Signal {
  Completer<Done> completer;
  void operator()(const boost::system::error_code&) { completer.complete(Done{}); }
};
}  // namespace

Connection::Connection(EventLoop& loop, const ConnectionSettings& settings, Pool::Slot slot,
                       Answers& answers)
    : loop_(loop), settings_(settings), slot_(slot), answers_(answers), socket_(loop.executor()) {}

Connection::~Connection() { close(); }

Task<Done> Connection::open() {
  CHECK(pg_ == nullptr, "open() of a connection that is open");
  aborted_.reset();
  last_words_.clear();
  last_message_.clear();
  const std::array<const char*, 3> keywords = {"dbname", "application_name", nullptr};
  const std::array<const char*, 3> values = {settings_.url.c_str(),
                                             settings_.application_name.c_str(), nullptr};
  pg_.reset(PQconnectStartParams(keywords.data(), values.data(), 1));
  CHECK(pg_ != nullptr, "out of memory");
  PQsetErrorVerbosity(pg_.get(), PQERRORS_VERBOSE);  // the only way to a refusal's SQLSTATE
  PQsetNoticeReceiver(pg_.get(), &Connection::hear_notice, this);
  Result<Done> opened = co_await shake_hands();
  if (opened) opened = co_await prepare();
  open_ = opened.ok();
  if (!open_) close();
  by_wire_ =
      open_ && !settings_.only_libpq && PQsslInUse(pg_.get()) == 0 && PQgssEncInUse(pg_.get()) == 0;
  co_return opened;
}

Task<Done> Connection::shake_hands() {
  PostgresPollingStatusType next = PGRES_POLLING_WRITING;
  if (PQstatus(pg_.get()) == CONNECTION_BAD) next = PGRES_POLLING_FAILED;
  while (next == PGRES_POLLING_READING || next == PGRES_POLLING_WRITING) {
    watch_socket();  // libpq may be at the next of several addresses, with another socket
    const Wait wait = next == PGRES_POLLING_READING ? Wait::readable : Wait::writable;
    const auto waited = co_await ready(wait);
    if (!waited) co_return waited;
    next = PQconnectPoll(pg_.get());
  }
  if (next != PGRES_POLLING_OK) {
    co_return connect_error(settings_.shown, PQerrorMessage(pg_.get()));
  }
  watch_socket();
  PQsetnonblocking(pg_.get(), 1);
  co_return Done{};
}

bool Connection::queue_session() {
  const auto idle = std::chrono::ceil<std::chrono::milliseconds>(settings_.idle_in_transaction);
  const std::string ended_when_idle =
      fmt::format("SET idle_in_transaction_session_timeout = {}", idle.count());
  for (const char* text : {kSession, ended_when_idle.c_str()}) {
    if (PQsendQueryParams(pg_.get(), text, 0, nullptr, nullptr, nullptr, nullptr, 0) != 1) {
      return false;
    }
  }
  return true;
}

// All statements in one round trip.
Task<Done> Connection::prepare() {
  bool queued = PQenterPipelineMode(pg_.get()) == 1 && queue_session();
  for (std::size_t i = 0; i < kStatements; ++i) {
    const Statement& text = statement(i);
    queued = queued &&
             PQsendPrepare(pg_.get(), text.name, text.sql, text.parameters, text.types.data()) == 1;
  }
  queued = queued && PQpipelineSync(pg_.get()) == 1;
  if (!queued) co_return connect_error(settings_.shown, PQerrorMessage(pg_.get()));
  flush();
  std::optional<Error> refused;
  for (bool done = false; !done;) {
    const auto waited = co_await ready(Wait::readable);
    if (!waited) co_return waited;
    if (PQconsumeInput(pg_.get()) == 0) {
      co_return connect_error(settings_.shown, PQerrorMessage(pg_.get()));
    }
    while (!done && PQisBusy(pg_.get()) == 0) {
      const ResultPointer result(PQgetResult(pg_.get()), &PQclear);
      done = PQstatus(pg_.get()) == CONNECTION_BAD;
      if (result == nullptr) continue;  // between two answers
      const auto status = PQresultStatus(result.get());
      done = done || status == PGRES_PIPELINE_SYNC;
      if (status == PGRES_FATAL_ERROR && !refused) {
        refused = Error(Store::postgres, Cause::not_connected, true,
                        std::string(field(result.get(), PG_DIAG_SQLSTATE)),
                        fmt::format("PostgreSQL at {} cannot prepare the load's statements: {}",
                                    settings_.shown, message_of(result.get())));
      }
    }
  }
  if (refused) co_return *refused;
  PQgetResult(pg_.get());  // past the sync; answers nothing
  if (!settings_.pipeline && PQexitPipelineMode(pg_.get()) != 1) {
    co_return connect_error(settings_.shown, PQerrorMessage(pg_.get()));
  }
  co_return Done{};
}

Task<Done> Connection::ready(Wait wait) {
  if (aborted_) co_return *aborted_;
  Completion<Done> ready;
  socket_.async_wait(wait == Wait::readable ? Socket::wait_read : Socket::wait_write,
                     Signal{ready.completer()});
  (void)co_await ready;
  if (aborted_) co_return *aborted_;
  co_return Done{};
}

void Connection::watch_socket() {
  boost::system::error_code ignored;
  socket_.close(ignored);
  const int copy = ::dup(PQsocket(pg_.get()));
  if (copy < 0) {
    abort(system_error("too many open files: no descriptor left for a PostgreSQL connection"));
    return;
  }
  sockaddr_storage self{};
  socklen_t size = sizeof self;
  ::getsockname(copy, reinterpret_cast<sockaddr*>(&self), &size);
  socket_.assign({self.ss_family, 0}, copy, ignored);
  socket_.non_blocking(true, ignored);
}

void Connection::send(Pool::Ticket ticket, const DatabaseOperation& operation) {
  CHECK(open_ && (settings_.pipeline || in_flight_.empty()));
  const std::size_t index = statement_of(operation);
  in_flight_.push_back({ticket, index, access_of(operation)});
  if (by_wire_) return send_by_wire(operation, index);
  if (!send_by_libpq(operation, index)) return abort(lost());
  flush();
}

bool Connection::send_by_libpq(const DatabaseOperation& operation, std::size_t index) {
  const BoundParameters parameters(operation);
  const auto* begin = std::get_if<Begin>(&operation);
  bool sent = false;
  if (begin != nullptr && begin->lock_timeout > Duration::zero()) {
    sent = PQsendQuery(pg_.get(), begin_text(begin->lock_timeout).c_str()) == 1;
  } else {
    sent = PQsendQueryPrepared(pg_.get(), statement(index).name, parameters.count(),
                               parameters.values(), parameters.lengths(),
                               BoundParameters::formats(), 1) == 1;
  }
  return sent && (!settings_.pipeline || PQpipelineSync(pg_.get()) == 1);
}

// What the kernel does not take now goes out when the socket is writable.
void Connection::flush() {
  if (flushing_) return;
  const int left = PQflush(pg_.get());
  if (left < 0) return abort(lost());
  if (left == 0) return;
  flushing_ = true;
  tasks_.spawn(write_the_rest());
}

Task<Done> Connection::write_the_rest() {
  for (int left = 1; left == 1;) {
    const auto writable = co_await ready(Wait::writable);
    if (!writable) break;
    if (by_wire_) {
      flushing_ = false;
      write();  // which comes here again where there is more
      co_return Done{};
    }
    left = PQflush(pg_.get());
    if (left < 0) abort(lost());
  }
  flushing_ = false;
  co_return Done{};
}

Task<Done> Connection::serve() { return by_wire_ ? serve_by_wire() : serve_by_libpq(); }

Task<Done> Connection::serve_by_libpq() {
  while (!aborted_) {
    Completion<Done> readable;
    socket_.async_wait(Socket::wait_read, Signal{readable.completer()});
    (void)co_await readable;
    if (aborted_) break;
    if (PQconsumeInput(pg_.get()) == 0) {
      abort(lost());
      break;
    }
    deliver();
  }
  co_return *aborted_;
}

void Connection::deliver() {
  // PQisBusy also parses what came unasked, such as the reason why the server is about to hang up.
  while (!aborted_ && PQisBusy(pg_.get()) == 0 && !in_flight_.empty()) {
    take(PQgetResult(pg_.get()));
    if (PQstatus(pg_.get()) == CONNECTION_BAD && !aborted_) abort(lost());
  }
}

void Connection::take(PGresult* result) {
  const ResultPointer owner(result, &PQclear);
  if (result == nullptr) {  // in pipeline mode: between a statement and its sync
    if (!settings_.pipeline) answer_oldest();
    return;
  }
  const std::size_t index = in_flight_.front().statement;
  switch (PQresultStatus(result)) {
    case PGRES_PIPELINE_SYNC:
      answer_oldest();
      return;
    case PGRES_FATAL_ERROR:
    case PGRES_PIPELINE_ABORTED:
      // An error at the commit comes after the statement's own result, and overrules it.
      answer_ =
          error_of(field(result, PG_DIAG_SQLSTATE), field(result, PG_DIAG_SEVERITY_NONLOCALIZED),
                   message_of(result), in_flight_.front().access);
      return;
    default:
      if (!answer_) answer_ = read_reply(index, Answer::of(result));
  }
}

void Connection::answer_oldest() {
  const Sent oldest = in_flight_.front();
  if (!answer_) answer_ = lost();
  Result<DatabaseReply> reply = *std::exchange(answer_, std::nullopt);
  in_flight_.pop_front();
  answers_.answered(slot_, oldest.ticket, std::move(reply));
}

void Connection::abort(Error why) {
  if (aborted_) return;
  aborted_ = std::move(why);
  boost::system::error_code ignored;
  socket_.cancel(ignored);
}

std::vector<Pool::Ticket> Connection::close() {
  open_ = false;
  by_wire_ = false;  // the next session begins with libpq again
  flushing_ = false;
  tasks_.destroy_all();
  boost::system::error_code ignored;
  socket_.close(ignored);
  pg_.reset();
  answer_.reset();
  heard_ = {};
  incoming_ = {};
  outgoing_.clear();
  written_ = 0;
  std::vector<Pool::Ticket> unanswered;
  for (const Sent& sent : in_flight_) unanswered.push_back(sent.ticket);
  in_flight_.clear();
  return unanswered;
}

Error Connection::lost() const { return lost(one_line(PQerrorMessage(pg_.get()))); }

Error Connection::lost(std::string_view why) const {
  return {Store::postgres, Cause::connection_lost, false, last_words_,
          fmt::format("the connection to PostgreSQL at {} ended: {}", settings_.shown,
                      why.empty() ? "the server hung up" : why)};
}

Error Connection::error_of(std::string_view sqlstate, std::string_view severity,
                           std::string message, Access access) {
  if (ends_the_session(sqlstate, severity)) last_words_ = sqlstate;
  return statement_error(sqlstate, severity, std::move(message), access);
}

void Connection::hear_notice(void* self, const PGresult* notice) {
  const std::string_view sqlstate = field(notice, PG_DIAG_SQLSTATE);
  if (ends_the_session(sqlstate, field(notice, PG_DIAG_SEVERITY_NONLOCALIZED))) {
    static_cast<Connection*>(self)->last_words_ = sqlstate;
  }
}

}  // namespace doorbuster::postgres
