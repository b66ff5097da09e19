#include "loop/stream.h"

#include <fmt/format.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/post.hpp>
#include <utility>

#include "base/completion.h"

namespace doorbuster {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

constexpr std::size_t kIncomingBytes = 64 * 1024;
constexpr std::size_t kMuch = 4 * 1024;

Error transport_error(Cause cause, std::string message) {
  return {Store::none, cause, true, {}, std::move(message)};
}

}  // namespace

Result<std::vector<Endpoint>> resolve(const std::string& host, int port) {
  asio::io_context blocking;
  asio::ip::tcp::resolver resolver(blocking);
  error_code error;
  const auto found = resolver.resolve(host, std::to_string(port), error);
  if (error) return system_error(fmt::format("cannot resolve '{}': {}", host, error.message()));
  std::vector<Endpoint> endpoints;
  for (const auto& entry : found) endpoints.emplace_back(entry.endpoint());
  return endpoints;
}

Endpoint socket_endpoint(const std::string& path) {
  return asio::local::stream_protocol::endpoint(path);
}

Stream::Stream(Private, EventLoop& loop, Duration added_delay)
    : socket_(loop.executor()), timer_(loop.executor()), added_delay_(added_delay) {}

Task<std::shared_ptr<Stream>> Stream::connect(EventLoop& loop, Endpoint endpoint, Duration within,
                                              Duration added_delay) {
  auto stream = std::make_shared<Stream>(Private{}, loop, added_delay);
  error_code error;
  stream->socket_.open(endpoint.protocol(), error);
  if (error) co_return system_error(fmt::format("no socket: {}", error.message()));
  stream->socket_.non_blocking(true, error);
  if (endpoint.protocol().family() != AF_UNIX) {
    stream->socket_.set_option(asio::ip::tcp::no_delay(true), error);
  }

  Completion<error_code> connected;
  stream->socket_.async_connect(
      endpoint, [stream, answer = connected.completer()](const error_code& outcome) mutable {
        stream->connecting_ = false;
        stream->timer_.cancel();
        answer.complete(outcome);
      });
  stream->timer_.expires_after(within);
  stream->timer_.async_wait([stream](const error_code& cancelled) {
    if (cancelled || !stream->connecting_) return;
    stream->late_ = true;
    stream->close();
  });
  const Result<error_code> outcome = co_await connected;
  if (stream->late_)
    co_return transport_error(Cause::timed_out, "no connection within the time given");
  if (*outcome) co_return transport_error(Cause::not_connected, outcome->message());
  co_return stream;
}

void Stream::read_to(Reader* reader) {
  reader_ = reader;
  incoming_.resize(kIncomingBytes);
  read();
}

void Stream::read() {
  socket_.async_read_some(asio::buffer(incoming_),
                          [self = shared_from_this()](const error_code& error, std::size_t size) {
                            if (self->reader_ == nullptr) return;
                            if (error) return self->fail(error);
                            self->reader_->received(self->incoming_.data(), size);
                            if (self->reader_ != nullptr) self->read();
                          });
}

void Stream::write(std::string_view bytes) {
  outgoing_ += bytes;
  written();
}

void Stream::written() {
  if (!socket_.is_open()) return;
  if (outgoing_.size() >= kMuch && !sent_ahead_) send_ahead();
  if (turn_ends_) return;
  turn_ends_ = true;
  // Behind the handlers that are ready in this turn: what they write leaves with it.
  asio::post(socket_.get_executor(), [self = shared_from_this()] { self->end_of_turn(); });
}

void Stream::end_of_turn() {
  turn_ends_ = sent_ahead_ = false;
  if (!socket_.is_open()) return;
  bytes_handed_over_ += outgoing_.size();
  if (added_delay_ > Duration::zero()) return delay();
  if (sending_.empty()) {
    sending_.swap(outgoing_);
  } else {
    sending_ += outgoing_;
  }
  outgoing_.clear();
  send();
}

// So that the server works on it while the rest is written: a load whose buyers all wait for
// answers and the server would otherwise take turns, each idle while the other works. An error
// waits for the end of the turn: who writes is not told of it in the midst.
void Stream::send_ahead() {
  if (added_delay_ > Duration::zero() || !sending_.empty()) return;
  sent_ahead_ = true;
  bytes_handed_over_ += outgoing_.size();
  sending_.swap(outgoing_);
  error_code left_for_later;
  give_to_kernel(left_for_later);
}

void Stream::send() {
  if (waits_for_writable_ || sending_.empty()) return;
  error_code error;
  give_to_kernel(error);
  if (error == asio::error::would_block) return wait_until_writable();
  if (error) fail(error);
}

void Stream::give_to_kernel(error_code& error) {
  while (sent_ < sending_.size()) {
    ++system_calls_;
    const std::size_t taken =
        socket_.write_some(asio::buffer(sending_.data() + sent_, sending_.size() - sent_), error);
    sent_ += taken;
    bytes_sent_ += taken;
    if (error) return;
  }
  sending_.clear();
  sent_ = 0;
}

void Stream::wait_until_writable() {
  waits_for_writable_ = true;
  socket_.async_wait(Socket::wait_write, [self = shared_from_this()](const error_code& error) {
    self->waits_for_writable_ = false;
    if (!error && self->socket_.is_open()) self->send();
  });
}

void Stream::delay() {
  delayed_.push_back({steady_now() + added_delay_, std::move(outgoing_)});
  outgoing_.clear();
  if (delayed_.size() == 1) wait_for_delay();
}

void Stream::wait_for_delay() {
  timer_.expires_at(std::chrono::steady_clock::time_point(delayed_.front().due));
  timer_.async_wait([self = shared_from_this()](const error_code& error) {
    if (error || !self->socket_.is_open()) return;
    const Duration present = steady_now();
    while (!self->delayed_.empty() && self->delayed_.front().due <= present) {
      self->sending_ += self->delayed_.front().bytes;
      self->delayed_.pop_front();
    }
    if (!self->delayed_.empty()) self->wait_for_delay();
    self->send();
  });
}

void Stream::fail(const error_code& error) {
  Reader* reader = reader_;
  close();
  const std::string why = error == asio::error::eof ? "the server closed it" : error.message();
  if (reader != nullptr) reader->lost(transport_error(Cause::connection_lost, why));
}

void Stream::close() {
  reader_ = nullptr;
  error_code ignored;
  socket_.close(ignored);
  timer_.cancel();
}

}  // namespace doorbuster
