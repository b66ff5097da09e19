#include "loop/event_loop.h"

#include <boost/asio/post.hpp>

#include "base/completion.h"

namespace doorbuster {

EventLoop::EventLoop()
    : context_(BOOST_ASIO_CONCURRENCY_HINT_UNSAFE), stay_(context_.get_executor()) {}

EventLoop::~EventLoop() = default;

void EventLoop::run() {
  context_.restart();
  context_.run();
}

Task<Done> EventLoop::next_turn() {
  Completion<Done> turned;
  boost::asio::post(context_, [answer = turned.completer()]() mutable { answer.complete(Done{}); });
  co_return co_await turned;
}

Error EventLoop::stopped_before_the_end() {
  return system_error("the event loop was stopped before the task had ended");
}

}  // namespace doorbuster
