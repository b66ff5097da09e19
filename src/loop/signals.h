// Signals: SIGINT and SIGTERM as calls on a loop. `times` counts them from 1, so that the first can
// ask for an orderly end and the second insist. While it lives the signals no longer end the
// program; afterwards they do again. One Signals at a time in a program (Asio allows a context
// without locks no company here). Of the loop's thread.
#pragma once

#include <boost/asio/basic_signal_set.hpp>
#include <functional>

#include "loop/event_loop.h"

namespace doorbuster {

class Signals {
 public:
  Signals(EventLoop& loop, std::function<void(int signal, int times)> on_signal);
  ~Signals();
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;

 private:
  void wait();

  boost::asio::basic_signal_set<EventLoop::Executor> set_;
  std::function<void(int, int)> on_signal_;
  int times_ = 0;
};

}  // namespace doorbuster
