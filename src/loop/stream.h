// Stream: a connected socket, TCP (no delay) or unix. What is written in one turn of the loop
// leaves in one system call at its end, and where it is much (4 KiB), its beginning in one more as
// soon as it is there; bytes that arrive are handed to the Reader, which may keep none of
// them. `added_delay` holds outgoing bytes back, in order: the round trip of a network that is not
// there. Errors carry no store; the caller knows which. One thread, its loop's; a Stream is shared
// with the handlers on their way, so close() ends it, not the last owner's leave.
#pragma once

#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/task.h"
#include "base/time.h"
#include "loop/event_loop.h"

namespace doorbuster {

using Endpoint = boost::asio::generic::stream_protocol::endpoint;

// The places a host and port name; blocks while it asks the resolver, so do it before the run.
Result<std::vector<Endpoint>> resolve(const std::string& host, int port);
Endpoint socket_endpoint(const std::string& path);  // REQUIRES: at most 107 bytes

class Stream : public std::enable_shared_from_this<Stream> {
  struct Private {};

 public:
  class Reader {
   public:
    virtual ~Reader() = default;
    virtual void received(const char* bytes, std::size_t size) = 0;
    virtual void lost(Error why) = 0;  // the last call; not after close()
  };

  // Cause::not_connected when nobody answers, Cause::timed_out at the end of `within`.
  static Task<std::shared_ptr<Stream>> connect(EventLoop& loop, Endpoint endpoint, Duration within,
                                               Duration added_delay);
  Stream(Private, EventLoop& loop, Duration added_delay);
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  // From now on `reader` hears of everything, until close(). REQUIRES: called once.
  void read_to(Reader* reader);

  void write(std::string_view bytes);
  // The buffer of this turn, to format into; call written() after.
  std::string& outgoing() { return outgoing_; }
  void written();

  // What is written now leaves together with more of this turn.
  bool turn_is_open() const { return turn_ends_; }

  // How many times bytes were handed to the kernel: below the commands written, or the coalescing
  // is broken.
  std::uint64_t system_calls() const { return system_calls_; }

  // All that was written so far, and what of it the kernel has taken: the rest surely never left.
  std::uint64_t bytes_written() const { return bytes_handed_over_ + outgoing_.size(); }
  std::uint64_t bytes_sent() const { return bytes_sent_; }

  // No call to the reader comes after this. What was not sent is dropped.
  void close();
  bool open() const { return socket_.is_open(); }

 private:
  using Socket =
      boost::asio::basic_stream_socket<boost::asio::generic::stream_protocol, EventLoop::Executor>;
  using Timer =
      boost::asio::basic_waitable_timer<std::chrono::steady_clock,
                                        boost::asio::wait_traits<std::chrono::steady_clock>,
                                        EventLoop::Executor>;
  struct Delayed {
    Duration due;  // steady
    std::string bytes;
  };

  void read();
  void end_of_turn();
  void send_ahead();
  void send();
  void give_to_kernel(boost::system::error_code& error);
  void wait_until_writable();
  void delay();
  void wait_for_delay();
  void fail(const boost::system::error_code& error);

  Socket socket_;
  Timer timer_;  // of connecting, then of the delay
  Reader* reader_ = nullptr;
  const Duration added_delay_;
  bool connecting_ = true;
  bool late_ = false;        // to connect
  bool turn_ends_ = false;   // end_of_turn() is on its way
  bool sent_ahead_ = false;  // in this turn
  bool waits_for_writable_ = false;
  std::string outgoing_;  // written in this turn
  std::string sending_;   // accepted for the kernel, from sent_ on not yet taken by it
  std::size_t sent_ = 0;
  std::uint64_t system_calls_ = 0;
  std::uint64_t bytes_handed_over_ = 0;
  std::uint64_t bytes_sent_ = 0;
  std::deque<Delayed> delayed_;
  std::vector<char> incoming_;
};

}  // namespace doorbuster
