// Connection: one connection to a Redis server with many commands in flight, answered in order. It
// reconnects by itself, with a back-off that doubles up to a second and is jittered. Every command
// ends within the timeout:
//   timed_out        no reply in time; the place in the queue stays, to swallow a late reply, and a
//                    head that stays unanswered for much longer resets the connection
//   connection_lost  the command was on its way; may have been executed
//   not_connected    its last byte never left, so it was surely not executed
// A command that reads changed nothing whichever it was: its errors are all definite. Internal to
// this room. One thread, its loop's; do not destroy it from within a completion, nor with commands
// waiting that somebody still awaits.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/backoff.h"
#include "base/clock.h"
#include "base/completion.h"
#include "base/task_scope.h"
#include "loop/event_loop.h"
#include "loop/stream.h"
#include "redis/command.h"
#include "redis/settings.h"

namespace doorbuster {

// The places to connect to, or a sentence why there are none. Blocks while it resolves.
Result<std::vector<Endpoint>> endpoints_of(const ServerAddress& address);

class Connection : private Stream::Reader {
 public:
  Connection(EventLoop& loop, Clock& clock, RedisSettings settings, std::vector<Endpoint> endpoints,
             std::uint64_t seed);
  ~Connection() override;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // The first attempt: connects, authenticates and selects the database, or says in one sentence
  // why not. Only after a success does the connection keep itself alive. REQUIRES: called once.
  Task<Done> connect();

  bool ready() const { return ready_; }
  // Why it was last lost, or could not come back; empty for one that never failed.
  const std::string& why_down() const { return why_down_; }
  bool turn_is_open() const { return stream_ != nullptr && stream_->turn_is_open(); }

  // One operation: append its command to outgoing(), then say who waits. REQUIRES: ready()
  std::string& outgoing() { return stream_->outgoing(); }
  void expect(Decode decode, Access access, Completer<CacheReply> waiter);

  // One command in words, for all that is no operation; an error reply is a Reply, no Error. Ends
  // at once as not_connected where the connection is not ready.
  Task<Reply> ask(std::vector<std::string> words);

 private:
  struct Pending {
    Instant deadline;
    std::uint64_t ends;  // bytes written to the stream up to this command's last one
    Decode decode;       // null for ask()
    Access access;
    Completer<CacheReply> operation;
    Completer<Reply> words;
    void fail(const Error& error);
  };

  void received(const char* bytes, std::size_t size) override;
  void lost(Error why) override;
  void drop(Error why);
  void enqueue(Pending command);
  Task<Reply> ask_while_open(std::vector<std::string> words);

  Task<Done> establish();
  Task<Done> open_stream();
  Task<Done> introduce();
  Task<Done> reconnect();
  Task<Done> watch();
  Instant next_check() const;
  void expire_overdue();
  Error refused_introduction(const Reply& reply) const;
  Error unanswered_introduction(const Error& error) const;

  EventLoop& loop_;
  Clock& clock_;
  const RedisSettings settings_;
  const std::vector<Endpoint> endpoints_;
  Backoff backoff_;

  std::shared_ptr<Stream> stream_;
  std::optional<ReplyReader> replies_;
  std::deque<Pending> pending_;
  std::size_t expired_ = 0;  // so many at the front have timed out and await their late replies
  Instant deadline_{};       // of the latest command
  int with_this_deadline_ = 0;
  std::string why_down_;
  bool ready_ = false;
  bool keep_alive_ = false;
  TaskScope scope_;  // last: its tasks use all of the above
};

}  // namespace doorbuster
