// Suspended: a task that waits to be resumed, and the TaskScope in which it was spawned.
// `running_in` names the scope of the task that runs now, whatever it awaited before, null outside
// of all: so what a task meets far down in a store can be laid to those it belongs to. Whatever
// resumes tasks does it with a Suspended. One thread.
#pragma once

#include <coroutine>
#include <utility>

namespace doorbuster {

class TaskScope;

inline thread_local constinit const TaskScope* running_in = nullptr;

class Suspended {
 public:
  Suspended() = default;
  explicit Suspended(std::coroutine_handle<> task) : task_(task), scope_(running_in) {}

  explicit operator bool() const { return static_cast<bool>(task_); }

  // The task runs until it waits again, or ends. This may be gone then.
  void resume() const {
    const TaskScope* const before = std::exchange(running_in, scope_);
    task_.resume();
    running_in = before;
  }

 private:
  std::coroutine_handle<> task_;
  const TaskScope* scope_ = nullptr;
};

}  // namespace doorbuster
