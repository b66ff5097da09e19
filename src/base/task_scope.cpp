#include "base/task_scope.h"

#include "base/suspended.h"

namespace doorbuster {

struct TaskScope::Root {
  using promise_type = Promise;
};

struct TaskScope::Promise {
  Promise(TaskScope& scope, Task<Done>&, Alarm*&) : scope_(scope), older_(scope.youngest_) {
    if (older_ != nullptr) older_->younger_ = this;
    scope_.youngest_ = this;
    ++scope_.alive_;
  }
  ~Promise() {
    (younger_ != nullptr ? younger_->older_ : scope_.youngest_) = older_;
    if (older_ != nullptr) older_->younger_ = younger_;
    --scope_.alive_;
  }

  static void* operator new(std::size_t bytes) { return allocate_frame(bytes); }
  static void operator delete(void* frame, std::size_t bytes) { free_frame(frame, bytes); }

  Root get_return_object() { return {}; }
  std::suspend_never initial_suspend() noexcept { return {}; }
  std::suspend_never final_suspend() noexcept { return {}; }
  void return_void() {}
  void unhandled_exception() noexcept { exception_left_a_task(); }

  TaskScope& scope_;
  Promise* older_;
  Promise* younger_ = nullptr;
};

TaskScope::Root TaskScope::run(TaskScope&, Task<Done> task, Alarm* then) {
  const Result<Done> ended = co_await std::move(task);
  CHECK(ended.ok(), "a spawned task ended with an error: {}", ended.error().message());
  if (then != nullptr) then->ring();
}

void TaskScope::spawn(Task<Done> task, Alarm* then) {
  const TaskScope* const before = std::exchange(running_in, this);
  run(*this, std::move(task), then);
  running_in = before;
}

void TaskScope::destroy_all() {
  while (youngest_ != nullptr) std::coroutine_handle<Promise>::from_promise(*youngest_).destroy();
}

}  // namespace doorbuster
