#include "postgres/postgres_database.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "base/backoff.h"
#include "base/completion.h"
#include "base/task_scope.h"
#include "loop/event_loop.h"
#include "postgres/address.h"
#include "postgres/connection.h"
#include "postgres/errors.h"
#include "postgres/pool.h"

namespace doorbuster {
namespace {

using postgres::Connection;
using postgres::ConnectionSettings;
using postgres::Pool;

constexpr Duration kFirstBackoff = 20ms;
constexpr Duration kLongestBackoff = 1s;
constexpr Duration kGlanceAtFreeze = 1ms;  // between two looks whether it is over
constexpr Duration kLastedLong = 1s;       // a session that did is replaced without back-off

}  // namespace

// The pool's decisions, carried out. Rule of every function here: the pool and the connections are
// put right first, and the operations that end are completed last, since their tasks then run.
class PostgresDatabase::Impl : public postgres::Connection::Answers {
 public:
  Impl(EventLoop& loop, Clock& clock, PostgresOptions options, std::string shown)
      : loop_(loop),
        clock_(clock),
        options_(std::move(options)),
        settings_{options_.url,      std::move(shown),    options_.application_name,
                  options_.pipeline, options_.only_libpq, options_.timeout},
        pool_({options_.connections, options_.pipeline ? options_.depth : 1, options_.timeout}),
        connect_by_(static_cast<std::size_t>(options_.connections), kNever),
        transactions_(connect_by_.size()),
        renewing_(connect_by_.size()) {
    for (std::size_t slot = 0; slot < connect_by_.size(); ++slot) {
      connections_.push_back(std::make_unique<Connection>(loop, settings_, slot, *this));
    }
  }

  Task<Done> open_all() {
    Completion<Done> all_tried;
    all_tried_ = all_tried.completer();
    untried_ = connections_.size();
    for (std::size_t slot = 0; slot < connections_.size(); ++slot) tasks_.spawn(keep(slot));
    tasks_.spawn(watch());
    (void)co_await all_tried;
    // Leave the stack of the connection that came last: the caller may destroy us now.
    (void)co_await loop_.next_turn();
    if (why_down_) co_return *why_down_;
    co_return Done{};
  }

  void submit(const DatabaseOperation& operation, Completer<DatabaseReply> completer) {
    if (const auto transaction = transaction_of(operation)) {
      return submit_pinned(*transaction, operation, std::move(completer));
    }
    if (std::holds_alternative<Begin>(operation) && options_.pipeline) {
      return completer.complete(no_transactions_here());
    }
    if (pool_.hopeless()) return completer.complete(nobody_lets_us_in());
    const Instant now = clock_.now();
    const std::optional<Pool::Ticket> ticket = pool_.enter(now);
    if (!ticket) {
      return completer.complete(Error(Store::postgres, Cause::not_connected, true, {},
                                      "too many operations wait for a PostgreSQL connection"));
    }
    keep_request(*ticket, operation, std::move(completer));
    hand_out(now);
  }

  void answered(Pool::Slot slot, Pool::Ticket ticket, Result<DatabaseReply> reply) override {
    Completer<DatabaseReply> completer = std::move(requests_[ticket].completer);
    if (is_interactive(requests_[ticket].operation)) {
      go_on_with_transaction(slot, requests_[ticket].operation, !completer.abandoned(), &reply);
    }
    if (pool_.end(ticket)) renew(slot);
    if (pool_.waiting() > 0) hand_out(clock_.now());
    completer.complete(std::move(reply));
  }

  void freeze_while(std::vector<const StrikeWindow*> windows) { freezes_ = std::move(windows); }

  Histogram pool_wait;

 private:
  struct Request {
    DatabaseOperation operation;
    Completer<DatabaseReply> completer;  // empty once it was given up
    bool write() const { return access_of(operation) == Access::write; }
  };

  void keep_request(Pool::Ticket ticket, const DatabaseOperation& operation,
                    Completer<DatabaseReply> completer) {
    if (requests_.size() < pool_.tickets()) requests_.resize(pool_.tickets());
    requests_[ticket].operation = operation;
    requests_[ticket].completer = std::move(completer);
  }

  // A transaction's name tells its connection: n * connections + slot.
  void submit_pinned(TransactionId transaction, const DatabaseOperation& operation,
                     Completer<DatabaseReply> completer) {
    const auto slot = static_cast<Pool::Slot>(transaction) % connections_.size();
    if (!connections_[slot]->is_open() || !is_of(slot, operation)) {
      return completer.complete(no_such_transaction());
    }
    const Instant now = clock_.now();
    const Pool::Ticket ticket = pool_.enter_pinned(slot, now);
    keep_request(ticket, operation, std::move(completer));
    start({ticket, slot, now}, now);
  }

  // After a statement of a transaction, or a Begin, was answered. Wherever the server may still
  // have the transaction open and nobody goes on with it, its connection is closed: the server then
  // rolls back. It stays pinned until it is lost, so that nobody else gets it.
  void go_on_with_transaction(Pool::Slot slot, const DatabaseOperation& operation, bool heard,
                              Result<DatabaseReply>* reply) {
    const auto transaction = transaction_of(operation);
    if (!transaction) return go_on_after_begin(slot, heard, reply);
    if (!is_of(slot, operation)) return;  // given up: its connection is being closed
    const bool ends =
        std::holds_alternative<Commit>(operation) || std::holds_alternative<Rollback>(operation);
    const bool over = reply->ok() || reply->error().code() == "25P02";
    if (ends && over) {
      pool_.unpin(slot);
      transactions_[slot] = TransactionId{};
    } else if (ends || !heard) {
      abandon_transaction(slot);
    }
  }

  void go_on_after_begin(Pool::Slot slot, bool heard, Result<DatabaseReply>* reply) {
    if (!reply->ok() && reply->error().cause() == Cause::not_connected) return;  // never sent
    pool_.pin(slot);
    if (!reply->ok() || !heard) return abandon_transaction(slot);
    const auto slots = static_cast<std::int64_t>(connections_.size());
    transactions_[slot] = TransactionId{++begun_ * slots + static_cast<std::int64_t>(slot)};
    *reply = DatabaseReply(transactions_[slot]);
  }

  void abandon_transaction(Pool::Slot slot) {
    transactions_[slot] = TransactionId{};
    renew(slot);
  }

  // Its end is our own will, and says nothing against the server: no back-off follows.
  void renew(Pool::Slot slot) {
    renewing_[slot] = true;
    connections_[slot]->abort(renewed());
  }

  // False for an operation of a transaction that is not, or no more, the connection's.
  bool is_of(Pool::Slot slot, const DatabaseOperation& operation) const {
    const auto transaction = transaction_of(operation);
    return !transaction || (pool_.pinned(slot) && transactions_[slot] == *transaction);
  }

  void start(const Pool::HandOut& next, Instant now) {
    if (options_.rtt == Duration::zero()) {
      send(next);
    } else {
      tasks_.spawn(send_later(next, now + options_.rtt));
    }
  }

  bool frozen(Instant now) const {
    return std::ranges::any_of(freezes_,
                               [now](const StrikeWindow* window) { return window->holds(now); });
  }

  // The end of a freeze may yet change: whoever ends the run ends it too.
  Task<Done> thaw() {
    while (frozen(clock_.now())) (void)co_await clock_.sleep_until(clock_.now() + kGlanceAtFreeze);
    thawing_ = false;
    hand_out(clock_.now());
    co_return Done{};
  }

  void hand_out(Instant now) {
    if (frozen(now)) {
      if (!std::exchange(thawing_, true)) tasks_.spawn(thaw());
      return;
    }
    while (const std::optional<Pool::HandOut> next = pool_.hand_out()) {
      if (requests_[next->ticket].completer.abandoned()) {  // its buyer left: nothing to send
        pool_.end(next->ticket);
        continue;
      }
      pool_wait.record(now - next->asked);
      start(*next, now);
    }
  }

  void send(const Pool::HandOut& next) {
    pool_.sent(next.ticket);
    connections_[next.slot]->send(next.ticket, requests_[next.ticket].operation);
  }

  Task<Done> send_later(Pool::HandOut next, Instant when) {
    (void)co_await clock_.sleep_until(when);
    const bool there =
        connections_[next.slot]->is_open() && is_of(next.slot, requests_[next.ticket].operation);
    if (there && !pool_.given_up(next.ticket)) {
      send(next);
    } else {  // nothing was sent
      answered(next.slot, next.ticket,
               Error(Store::postgres, Cause::not_connected, true, {},
                     "the connection to PostgreSQL ended before the statement was sent"));
    }
    co_return Done{};
  }

  // The life of one connection, for as long as the database lives.
  Task<Done> keep(Pool::Slot slot) {
    Connection& connection = *connections_[slot];
    Backoff backoff(kFirstBackoff, kLongestBackoff, stream_seed(options_.seed, 0x706f6f6c, slot));
    for (bool first = true;; first = false) {
      connect_by_[slot] = clock_.now() + options_.connect_within;
      const auto opened = co_await connection.open();
      connect_by_[slot] = kNever;
      if (opened) {
        pool_.up(slot);
        if (first) one_tried();
        const Instant since = clock_.now();
        hand_out(since);
        const auto ended = co_await connection.serve();
        pool_.lost(slot);
        fail(connection.close(), ended.error());
        const bool by_us = renewing_[slot];
        renewing_[slot] = false;
        if (clock_.now() - since >= kLastedLong) backoff.reset();
        if (by_us || clock_.now() - since >= kLastedLong) continue;
      } else {
        why_down_ = opened.error();
        pool_.failed(slot);
        if (pool_.hopeless()) fail_waiting();
        if (first) one_tried();
      }
      (void)co_await clock_.sleep_until(clock_.now() + backoff.next());
    }
  }

  void one_tried() {
    if (--untried_ == 0) all_tried_.complete(Done{});
  }

  void fail(std::vector<Pool::Ticket> tickets, Error why) {
    std::vector<std::pair<Completer<DatabaseReply>, Error>> ended;
    for (const Pool::Ticket ticket : tickets) {
      Request& request = requests_[ticket];
      ended.emplace_back(std::move(request.completer),
                         request.write() ? why.as_indefinite() : why.as_definite());
      pool_.end(ticket);
    }
    for (auto& [completer, error] : ended) completer.complete(std::move(error));
  }

  void fail_waiting() {
    std::vector<Completer<DatabaseReply>> ended;
    while (const std::optional<Pool::Ticket> ticket = pool_.drop_waiting()) {
      ended.push_back(std::move(requests_[*ticket].completer));
    }
    for (auto& completer : ended) completer.complete(nobody_lets_us_in());
  }

  // Ends what has taken too long; sleeps until the next could.
  Task<Done> watch() {
    for (;;) {
      const Instant now = clock_.now();
      Instant wake = std::min(pool_.look_again(now), now + options_.connect_within);
      for (std::size_t slot = 0; slot < connect_by_.size(); ++slot) {
        if (connect_by_[slot] <= now) {
          connect_by_[slot] = kNever;
          connections_[slot]->abort(
              postgres::connect_timed_out(settings_.shown, to_seconds(options_.connect_within)));
        }
        wake = std::min(wake, connect_by_[slot]);
      }
      (void)co_await clock_.sleep_until(wake);
      expire(clock_.now());
    }
  }

  void expire(Instant now) {
    while (const std::optional<Pool::Expired> expired = pool_.expire(now)) {
      Request& request = requests_[expired->ticket];
      const bool sent = expired->stage == Pool::Stage::sent;
      if (expired->stage == Pool::Stage::waiting) pool_wait.record(now - expired->asked);
      if (expired->spent) renew(expired->slot);
      if (transaction_of(request.operation)) abandon_transaction(expired->slot);
      Completer<DatabaseReply> completer = std::move(request.completer);
      completer.complete(timed_out(sent, !sent || !request.write()));
    }
  }

  Error timed_out(bool sent, bool certain) const {
    return {Store::postgres,
            Cause::timed_out,
            certain,
            {},
            fmt::format("{} within {:g} ms",
                        sent ? "PostgreSQL did not answer" : "no PostgreSQL connection was free",
                        to_millis(options_.timeout))};
  }
  static Error renewed() {
    return {
        Store::postgres,
        Cause::connection_lost,
        false,
        {},
        "the connection to PostgreSQL was closed: a statement's time was up, or its asker gone"};
  }
  Error nobody_lets_us_in() const {
    return {Store::postgres, Cause::not_connected, true, why_down_->code(), why_down_->message()};
  }

  EventLoop& loop_;
  Clock& clock_;
  const PostgresOptions options_;
  const ConnectionSettings settings_;
  Pool pool_;
  std::vector<Request> requests_;            // by ticket
  std::vector<Instant> connect_by_;          // by slot: the deadline of an attempt under way
  std::vector<TransactionId> transactions_;  // by slot: whose the connection is, if it is pinned
  std::vector<bool> renewing_;               // by slot: we end its connection ourselves
  std::int64_t begun_ = 0;
  std::vector<std::unique_ptr<Connection>> connections_;  // by slot
  std::optional<Error> why_down_;                         // the last attempt's failure
  std::size_t untried_ = 0;
  Completer<Done> all_tried_;
  std::vector<const StrikeWindow*> freezes_;
  bool thawing_ = false;
  TaskScope tasks_;  // the first to go: they use all of the above
};

Task<std::unique_ptr<PostgresDatabase>> PostgresDatabase::connect(EventLoop& loop, Clock& clock,
                                                                  PostgresOptions options) {
  const auto address = look_at_postgres_address(options.url);
  if (!address) co_return address.error();
  if (options.connections < 1 || options.depth < 1 || options.timeout <= Duration::zero() ||
      options.connect_within <= Duration::zero() || options.rtt < Duration::zero()) {
    co_return invalid(
        "a PostgreSQL pool needs at least one connection, a depth of at least one, and timeouts "
        "above zero");
  }
  auto impl = std::make_unique<Impl>(loop, clock, std::move(options), address->shown);
  const auto opened = co_await impl->open_all();
  if (!opened) co_return opened.error();
  co_return std::unique_ptr<PostgresDatabase>(new PostgresDatabase(std::move(impl)));
}

PostgresDatabase::PostgresDatabase(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
PostgresDatabase::~PostgresDatabase() = default;

Task<DatabaseReply> PostgresDatabase::execute(DatabaseOperation operation) {
  Completion<DatabaseReply> answer;
  impl_->submit(operation, answer.completer());
  co_return co_await answer;
}

const Histogram& PostgresDatabase::pool_wait() const { return impl_->pool_wait; }
void PostgresDatabase::freeze_while(std::vector<const StrikeWindow*> windows) {
  impl_->freeze_while(std::move(windows));
}
void PostgresDatabase::clear_pool_wait() { impl_->pool_wait.clear(); }

}  // namespace doorbuster
