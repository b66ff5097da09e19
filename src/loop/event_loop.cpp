#include "loop/event_loop.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/posix/basic_stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <mutex>
#include <vector>

#include "base/completion.h"

namespace doorbuster {

// The context takes no locks, so another thread's calls wait in a box of their own, and an eventfd
// wakes the loop for them. The read that always waits on it is also what keeps run() from ending.
class EventLoop::Mailbox {
 public:
  explicit Mailbox(EventLoop& loop) : bell_(loop.executor()) {
    const int fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    CHECK(fd >= 0, "no eventfd: too many open files?");
    bell_.assign(fd);
    listen();
  }

  void put(std::function<void()> call) {
    {
      const std::lock_guard lock(mutex_);
      calls_.push_back(std::move(call));
    }
    const std::uint64_t one = 1;
    [[maybe_unused]] const ssize_t written = write(bell_.native_handle(), &one, sizeof one);
  }

 private:
  void listen() {
    bell_.async_read_some(boost::asio::buffer(&rings_, sizeof rings_),
                          [this](const boost::system::error_code& error, std::size_t) {
                            if (error) return;
                            listen();
                            call_all();
                          });
  }

  void call_all() {
    std::vector<std::function<void()>> calls;
    {
      const std::lock_guard lock(mutex_);
      calls.swap(calls_);
    }
    for (const std::function<void()>& call : calls) call();
  }

  boost::asio::posix::basic_stream_descriptor<Executor> bell_;
  std::uint64_t rings_ = 0;
  std::mutex mutex_;
  std::vector<std::function<void()>> calls_;
};

EventLoop::EventLoop()
    : context_(BOOST_ASIO_CONCURRENCY_HINT_UNSAFE), mailbox_(std::make_unique<Mailbox>(*this)) {}

EventLoop::~EventLoop() = default;

void EventLoop::run() {
  context_.restart();
  context_.run();
}

void EventLoop::post(std::function<void()> call) { mailbox_->put(std::move(call)); }

Task<Done> EventLoop::next_turn() {
  Completion<Done> turned;
  boost::asio::post(context_, [answer = turned.completer()]() mutable { answer.complete(Done{}); });
  co_return co_await turned;
}

Error EventLoop::stopped_before_the_end() {
  return system_error("the event loop was stopped before the task had ended");
}

}  // namespace doorbuster
