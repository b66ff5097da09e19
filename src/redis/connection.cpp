#include "redis/connection.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace doorbuster {
namespace {

constexpr Duration kFirstBackoff = 10ms;
constexpr Duration kLongestBackoff = 1s;
// A head that has no reply for so many timeouts beyond its own resets the connection.
constexpr int kPatience = 3;
constexpr int kMostWithOneDeadline = 16;

Error redis_error(Cause cause, bool certain, std::string message) {
  return {Store::redis, cause, certain, {}, std::move(message)};
}

}  // namespace

Result<std::vector<Endpoint>> endpoints_of(const ServerAddress& address) {
  if (address.tls) {
    return invalid(fmt::format(
        "{}: TLS is not supported; use redis:// through a tunnel, or unix://", address.shown()));
  }
  if (!address.socket.empty()) return std::vector<Endpoint>{socket_endpoint(address.socket)};
  return resolve(address.host, address.port);
}

Connection::Connection(EventLoop& loop, Clock& clock, RedisSettings settings,
                       std::vector<Endpoint> endpoints, std::uint64_t seed)
    : loop_(loop),
      clock_(clock),
      settings_(std::move(settings)),
      endpoints_(std::move(endpoints)),
      backoff_(kFirstBackoff, kLongestBackoff, seed) {}

Connection::~Connection() {
  scope_.destroy_all();
  if (stream_ != nullptr) stream_->close();
}

Task<Done> Connection::connect() {
  scope_.spawn(watch());
  Result<Done> established = co_await establish();
  keep_alive_ = established.ok();
  co_return established;
}

// --- commands

void Connection::Pending::fail(const Error& error) {
  const Error judged = access == Access::read && !error.definite()
                           ? redis_error(error.cause(), true, error.message())
                           : error;
  decode != nullptr ? operation.complete(judged) : words.complete(judged);
}

void Connection::expect(Decode decode, Access access, Completer<CacheReply> waiter) {
  enqueue({{}, 0, decode, access, std::move(waiter), {}});
}

Task<Reply> Connection::ask(std::vector<std::string> words) {
  if (!ready_) co_return redis_error(Cause::not_connected, true, "not connected");
  co_return co_await ask_while_open(std::move(words));
}

// For the introduction itself. It may have been lost between its two commands.
Task<Reply> Connection::ask_while_open(std::vector<std::string> words) {
  if (!stream_->open()) co_return redis_error(Cause::not_connected, true, "not connected");
  append_command(stream_->outgoing(), words);
  Completion<Reply> answer;
  enqueue({{}, 0, nullptr, Access::write, {}, answer.completer()});
  co_return co_await answer;
}

// A reading of the clock does for a few commands that leave together.
void Connection::enqueue(Pending command) {
  command.ends = stream_->bytes_written();
  const std::uint64_t portion_began = command.ends - stream_->outgoing().size();
  const bool same_portion = !pending_.empty() && pending_.back().ends > portion_began;
  if (!same_portion || ++with_this_deadline_ == kMostWithOneDeadline) {
    deadline_ = clock_.now() + settings_.timeout;
    with_this_deadline_ = 0;
  }
  command.deadline = deadline_;
  pending_.push_back(std::move(command));
  stream_->written();
}

void Connection::received(const char* bytes, std::size_t size) {
  replies_->feed(bytes, size);
  while (stream_->open()) {
    const Result<const Reply*> reply = replies_->next();
    if (!reply) return drop(reply.error());
    if (*reply == nullptr) return;
    if (pending_.empty()) {
      return drop(redis_error(Cause::protocol, false, "the server answered what nobody asked"));
    }
    Pending command = std::move(pending_.front());
    pending_.pop_front();
    if (expired_ > 0) {
      --expired_;
    } else if (command.decode != nullptr) {
      command.operation.complete(command.decode(**reply));
    } else {
      command.words.complete(Reply(**reply));
    }
  }
}

// --- loss

void Connection::drop(Error why) {
  stream_->close();
  lost(std::move(why));
}

void Connection::lost(Error why) {
  ready_ = false;
  why_down_ = why.message();
  const std::uint64_t sent = stream_->bytes_sent();
  std::deque<Pending> orphans = std::exchange(pending_, {});
  orphans.erase(orphans.begin(), orphans.begin() + static_cast<std::ptrdiff_t>(expired_));
  expired_ = 0;
  if (keep_alive_) {
    keep_alive_ = false;  // until reconnect() has succeeded
    scope_.spawn(reconnect());
  }
  const Cause cause = why.cause() == Cause::protocol ? Cause::protocol : Cause::connection_lost;
  const Error in_flight = redis_error(cause, false, "connection lost: " + why.message());
  const Error unsent = redis_error(Cause::not_connected, true, "never sent: " + why.message());
  for (Pending& command : orphans) command.fail(command.ends > sent ? unsent : in_flight);
}

Task<Done> Connection::reconnect() {
  for (bool connected = false; !connected;) {
    (void)co_await clock_.sleep_until(clock_.now() + backoff_.next());
    const Result<Done> established = co_await establish();
    connected = established.ok();
    if (!connected) why_down_ = established.error().message();
  }
  backoff_.reset();
  keep_alive_ = true;
  co_return Done{};
}

// --- deadlines

Task<Done> Connection::watch() {
  for (;;) {
    (void)co_await clock_.sleep_until(next_check());
    expire_overdue();
  }
}

Instant Connection::next_check() const {
  // One timeout for all, so deadlines stand in order; one to come is now + timeout, or a few
  // commands' time before that.
  Instant check = clock_.now() + settings_.timeout;
  if (expired_ < pending_.size()) check = std::min(check, pending_[expired_].deadline);
  if (expired_ > 0) {
    check = std::min(check, pending_.front().deadline + kPatience * settings_.timeout);
  }
  return check;
}

void Connection::expire_overdue() {
  const Instant now = clock_.now();
  while (expired_ < pending_.size() && pending_[expired_].deadline <= now) {
    Pending& overdue = pending_[expired_++];
    Pending late{{},
                 0,
                 overdue.decode,
                 overdue.access,
                 std::move(overdue.operation),
                 std::move(overdue.words)};
    late.fail(redis_error(Cause::timed_out, false,
                          fmt::format("no reply within {} ms", to_millis(settings_.timeout))));
  }
  if (expired_ > 0 && pending_.front().deadline + kPatience * settings_.timeout <= now) {
    drop(redis_error(Cause::connection_lost, false, "the server has stopped answering"));
  }
}

// --- connecting

Task<Done> Connection::establish() {
  if (Result<Done> opened = co_await open_stream(); !opened) co_return opened;
  if (Result<Done> introduced = co_await introduce(); !introduced) {
    drop(introduced.error());
    co_return introduced;
  }
  ready_ = true;
  co_return Done{};
}

Task<Done> Connection::open_stream() {
  stream_ = nullptr;
  std::string why = "no address";
  for (const Endpoint& endpoint : endpoints_) {
    Result<std::shared_ptr<Stream>> opened =
        co_await Stream::connect(loop_, endpoint, settings_.timeout, settings_.added_delay);
    if (!opened) {
      why = opened.error().message();
      continue;
    }
    stream_ = *opened;
    replies_.emplace();
    stream_->read_to(this);
    co_return Done{};
  }
  co_return redis_error(Cause::not_connected, true,
                        fmt::format("cannot connect to {}: {}", settings_.address.shown(), why));
}

Task<Done> Connection::introduce() {
  const ServerAddress& address = settings_.address;
  std::vector<std::string> first = {"PING"};
  if (!address.password.empty()) {
    first = {"AUTH", address.password};
    if (!address.user.empty()) first.insert(first.begin() + 1, address.user);
  }
  const Result<Reply> greeted = co_await ask_while_open(std::move(first));
  if (!greeted) co_return unanswered_introduction(greeted.error());
  if (!greeted->is(Reply::Kind::status)) co_return refused_introduction(*greeted);
  if (address.database == 0) co_return Done{};
  std::vector<std::string> select = {"SELECT", std::to_string(address.database)};
  const Result<Reply> selected = co_await ask_while_open(std::move(select));
  if (!selected) co_return unanswered_introduction(selected.error());
  if (!selected->is(Reply::Kind::status)) co_return refused_introduction(*selected);
  co_return Done{};
}

Error Connection::refused_introduction(const Reply& reply) const {
  const std::string where = settings_.address.shown();
  if (!reply.is(Reply::Kind::error)) {
    return redis_error(Cause::protocol, true,
                       fmt::format("{}: the answer is not Redis's; is it another server?", where));
  }
  const Error error = refusal(reply);
  const std::string_view text = error.message();
  std::string sentence = fmt::format("{}: the server refused the connection: {}", where, text);
  if (error.code() == "NOAUTH") {
    sentence = fmt::format("{}: the server wants a password and none was given", where);
  } else if (error.code() == "WRONGPASS" || text.find("invalid password") != text.npos) {
    sentence = fmt::format("{}: the server refused the password", where);
  } else if (text.find("AUTH") != text.npos) {
    sentence = fmt::format("{}: a password was given, but the server has none", where);
  }
  return error.with_message(std::move(sentence));
}

Error Connection::unanswered_introduction(const Error& error) const {
  return redis_error(error.cause(), true,
                     fmt::format("{}: no answer that Redis would give ({}); is it another server?",
                                 settings_.address.shown(), error.message()));
}

}  // namespace doorbuster
