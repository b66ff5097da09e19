// Scheduler: holds the parked steps of a simulated run and virtual time. Without a Chooser the step
// that is due first happens next (ties by order of issue); with one, the step it chooses. Time
// moves only by a step that happens: to its due time, never back. Everything is a function of what
// is parked: no real clock, no entropy, no iteration over unordered containers. One thread. Must
// outlive the servers and clocks that park steps in it.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "sim/chooser.h"

namespace doorbuster {

class Scheduler {
 public:
  // What a step does: a plain function, so that parking allocates nothing.
  struct Action {
    void (*run)(void* self, std::uint64_t argument) = nullptr;
    void* self = nullptr;
    std::uint64_t argument = 0;
  };
  // A parked step, to cancel it. The default one names none.
  struct StepId {
    std::uint64_t order = 0;
    std::uint32_t slot = 0;
  };

  Scheduler() = default;
  explicit Scheduler(Chooser& chooser) : chooser_(&chooser) {}
  Scheduler(const Scheduler&) = delete;
  Scheduler& operator=(const Scheduler&) = delete;

  Instant now() const { return now_; }
  bool first_due() const { return chooser_ == nullptr; }

  // A due time that has passed counts as now.
  StepId park(Instant due, int client, StepKind kind, std::string_view operation, Action action);
  // Forgets a step; one that has happened, or none, is no matter.
  void cancel(StepId id);

  // One word to know a step by while it is parked, and the step again. REQUIRES: it is parked
  std::size_t place_of(StepId id) const { return chooser_ == nullptr ? id.slot : id.order; }
  StepId step_at(std::size_t place) const {
    if (chooser_ != nullptr) return {place, 0};
    return {slots_[place].step.order, static_cast<std::uint32_t>(place)};
  }

  // Lets one step happen; false when nothing is parked.
  bool step();
  void run() {
    while (step()) {
    }
  }
  // Lets everything happen that is due by then, and sets the time to it. REQUIRES: first_due()
  void run_until(Instant when);

  std::size_t parked() const { return parked_; }
  std::uint64_t steps() const { return steps_; }
  // A fingerprint of every step so far, its time included: the same run gives the same.
  std::uint64_t trace_hash() const { return hash_; }
  // From now on, keeps each step that happens in `trace`; nullptr stops it.
  void record(std::vector<Step>* trace) { trace_ = trace; }

 private:
  struct Slot {
    Step step;
    Action action;
  };
  struct Due {
    Instant due;
    std::uint64_t order;
    std::uint32_t slot;
    friend bool operator>(const Due& a, const Due& b) {
      return a.due != b.due ? a.due > b.due : a.order > b.order;
    }
  };

  bool take_first_due(Slot* taken);
  bool take_chosen(Slot* taken);
  bool discard_cancelled();
  void happen(const Slot& slot);

  Chooser* chooser_ = nullptr;
  Instant now_ = kRunStart;
  std::uint64_t next_order_ = 1;
  std::size_t parked_ = 0;
  std::uint64_t steps_ = 0;
  std::uint64_t hash_ = 14695981039346656037U;
  std::vector<Step>* trace_ = nullptr;

  // First-due: a heap of what is due, cancelled steps included until they come up. A slot whose
  // order is not the heap entry's was cancelled.
  std::vector<Due> heap_;
  std::vector<Slot> slots_;
  std::vector<std::uint32_t> free_;

  // With a chooser: all parked steps, ascending by order.
  std::vector<Step> list_;
  std::vector<Action> actions_;
};

}  // namespace doorbuster
