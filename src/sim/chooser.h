// Chooser: decides which parked step of a simulated run happens next, and with it the interleaving.
//
//   Scripted script;                       // leads through an interleaving, operation by operation
//   script.then(1, "read_stock").then(2, "take_if_available").then(1, "write_stock");
//   Scheduler scheduler(script);
//
// A Scheduler without a Chooser runs first-due (a discrete-event simulation). Timers (sleeps and
// deadlines) are offered like all else; each chooser says when it takes one. One thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "base/time.h"

namespace doorbuster {

// An operation passes through steps: a command of the cache is applied and delivered; a statement
// of the database is executed on its snapshot (and may then wait for a row lock, which ends with a
// recheck), committed if it changed something, and delivered.
enum class StepKind : unsigned char {
  arrive,   // at a pipelined connection of the database
  apply,    // at the cache: the command happens
  execute,  // at the database: the statement reads its snapshot and takes its locks, or waits
  recheck,  // after a lock wait: the statement looks at the newest row
  commit,   // its changes become visible, its locks free
  deliver,  // the reply reaches the client; of a fused operation the only step
  sleep,    // a timer: a client wakes up
  timeout,  // a timer: a client gives up waiting for a reply
};
std::string_view to_string(StepKind kind);
inline bool is_timer(StepKind kind) { return kind >= StepKind::sleep; }

struct Step {
  std::uint64_t order = 0;  // of issue, unique in a run
  Instant due{};
  int client = 0;
  StepKind kind = StepKind::deliver;
  std::string_view operation;  // the operation's kName, or "sleep"; static storage
};
std::string to_string(const Step& step);  // "2 take_if_available commit"

class Chooser {
 public:
  virtual ~Chooser() = default;
  // The index of the step that happens next. `parked` is not empty, and ascending by order.
  virtual std::size_t choose(std::span<const Step> parked) = 0;
};

// The step with the smallest due time, ties by order of issue.
std::size_t first_due(std::span<const Step> parked);

// Any step with the same chance; a timer only when nothing else is parked, and then the first due.
class RandomOrder : public Chooser {
 public:
  explicit RandomOrder(std::uint64_t seed) : random_(seed) {}
  std::size_t choose(std::span<const Step> parked) override;

 private:
  Random random_;
  std::vector<std::size_t> eligible_;
};

// Leads through an interleaving, leg by leg, then goes on first-due. A leg takes one operation of
// one client through its steps, up to and with `until`; the default ends with its delivery. A leg
// whose step is not parked is a mistake of the script and ends the program with what was parked.
// Sleeps are named "sleep". A leg never takes a timeout but when its `until` is timeout.
class Scripted : public Chooser {
 public:
  Scripted& then(int client, std::string_view operation, StepKind until = StepKind::deliver);
  bool finished() const { return legs_.empty(); }
  std::size_t choose(std::span<const Step> parked) override;

 private:
  struct Leg {
    int client;
    std::string operation;
    StepKind until;
  };
  std::deque<Leg> legs_;
};

// Repeats the choices of a recorded run, then goes on first-due. A choice that is impossible now
// (fewer steps parked) is the last one parked.
class Replay : public Chooser {
 public:
  explicit Replay(std::vector<std::size_t> choices) : choices_(std::move(choices)) {}
  std::size_t choose(std::span<const Step> parked) override;

 private:
  std::vector<std::size_t> choices_;
  std::size_t next_ = 0;
};

// Passes on what another chooser decides, and keeps it for Replay.
class Recording : public Chooser {
 public:
  explicit Recording(Chooser& inner) : inner_(inner) {}
  const std::vector<std::size_t>& choices() const { return choices_; }
  std::size_t choose(std::span<const Step> parked) override;

 private:
  Chooser& inner_;
  std::vector<std::size_t> choices_;
};

// Every order in turn, depth first, by running the same program again; timers as in RandomOrder.
//
//   for (EveryOrder orders; orders.next();) { Scheduler scheduler(orders); ... scheduler.run(); }
class EveryOrder : public Chooser {
 public:
  bool next();  // false when every order was run
  std::uint64_t runs() const { return runs_; }
  std::size_t choose(std::span<const Step> parked) override;

 private:
  struct Branch {
    std::size_t chosen;
    std::size_t options;
  };
  std::vector<Branch> path_;
  std::size_t depth_ = 0;
  std::uint64_t runs_ = 0;
  std::vector<std::size_t> eligible_;
};

}  // namespace doorbuster
