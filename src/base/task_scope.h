// TaskScope: the tasks that nobody awaits, such as buyers. spawn() begins a task at once; it frees
// itself when it ends, and rings `then` if it was given one, last of all. Destroying the scope
// destroys the tasks still suspended, so whatever they use must outlive the scope. An error that a
// spawned task ends with is a bug of ours: a spawned task deals with its errors itself. One thread.
#pragma once

#include <cstddef>

#include "base/alarm.h"
#include "base/task.h"

namespace doorbuster {

class TaskScope {
 public:
  TaskScope() = default;
  TaskScope(const TaskScope&) = delete;
  TaskScope& operator=(const TaskScope&) = delete;
  ~TaskScope() { destroy_all(); }

  void spawn(Task<Done> task, Alarm* then = nullptr);
  std::size_t alive() const { return alive_; }

  // Destroys every suspended task, the youngest first. REQUIRES: not called from one of them.
  void destroy_all();

 private:
  struct Root;
  struct Promise;
  static Root run(TaskScope& scope, Task<Done> task, Alarm* then);

  Promise* youngest_ = nullptr;
  std::size_t alive_ = 0;
};

}  // namespace doorbuster
