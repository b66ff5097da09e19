// EventLoop: the loop of one shard on one thread. It wraps an io_context that takes no locks
// (BOOST_ASIO_CONCURRENCY_HINT_UNSAFE), so everything here is for the loop's own thread, or for any
// one thread while the loop does not run. Sockets and timers are built on Executor, the
// concrete type, never on any_io_executor. An asynchronous resolver does not work on such a
// context (Asio answers operation_not_supported): resolve before the run.
//
// To await an Asio operation in a Task, hand its handler a Completer (base/completion.h); a Task
// that is destroyed meanwhile then leaves the handler with nothing to do:
//
//   Completion<Done> readable;
//   socket.async_wait(socket.wait_read, [done = readable.completer()](auto error) mutable {
//     done.complete(...);
//   });
//   const auto waited = co_await readable;
#pragma once

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <optional>
#include <utility>

#include "base/result.h"
#include "base/task.h"
#include "base/task_scope.h"

namespace doorbuster {

class EventLoop {
 public:
  using Executor = boost::asio::io_context::executor_type;

  EventLoop();
  // Destroys the handlers still waiting, without running them. Tasks that wait for this loop must
  // be gone before.
  ~EventLoop();
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;

  boost::asio::io_context& context() { return context_; }
  Executor executor() { return context_.get_executor(); }

  // Until stop(), also with nothing to do. May be called again afterwards.
  void run();
  // Ends run() after the handler that is running.
  void stop() { context_.stop(); }

  // Resumes in a later turn of the loop: out of whatever callback is running now.
  Task<Done> next_turn();

  // Runs the loop until `awaited` has ended, a Task or whatever else gives a Result: for set-up and
  // for tests. An error when stop() came first; what was awaited is destroyed then. REQUIRES: not
  // called from the loop.
  template <class Awaited>
  auto run_until_done(Awaited awaited) -> decltype(awaited.await_resume()) {
    std::optional<decltype(awaited.await_resume())> result;
    TaskScope scope;
    scope.spawn(keep_result(this, std::move(awaited), &result));
    if (!result) run();
    if (!result) return stopped_before_the_end();
    return std::move(*result);
  }

 private:
  template <class Awaited, class Answer>
  static Task<Done> keep_result(EventLoop* loop, Awaited awaited, std::optional<Answer>* result) {
    result->emplace(co_await awaited);
    loop->stop();
    co_return Done{};
  }
  static Error stopped_before_the_end();

  boost::asio::io_context context_;
  const boost::asio::executor_work_guard<Executor> stay_;  // keeps run() from ending by itself
};

}  // namespace doorbuster
