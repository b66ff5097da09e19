// SIGINT and SIGTERM, counted: the first asks for an orderly end, the second insists. While an
// Interrupt lives the signals no longer end the program; whoever works or waits asks times() often
// enough. One in a program at a time; times() and signal() from any thread.
#pragma once

namespace doorbuster {

class Interrupt {
 public:
  Interrupt();
  ~Interrupt();
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;

  static int times();   // how often, so far
  static int signal();  // the first one's number, 0 when there was none
};

}  // namespace doorbuster
