// Task<T>: a coroutine that begins when it is awaited, and gives a Result<T>.
//
//   Task<StockView> view(ItemId item) {
//     auto stock = co_await database(ReadStock{item});
//     if (!stock) co_return stock.error();
//     co_return StockView{stock->quantity};
//   }
//
// A child is resumed inline and await_suspend answers bool, so a run of any length of operations
// that complete at once uses no stack (symmetric transfer is no tail call at -O0 nor under
// sanitizers). One thread: a task is resumed where it was suspended. Destroying a Task that is
// suspended destroys the whole chain of what it awaits; what is on its way to a server is then
// nobody's (base/completion.h). An exception that leaves a Task is a bug and ends the program.
// Tasks that nobody awaits are spawned in a TaskScope (base/task_scope.h).
#pragma once

#include <coroutine>
#include <exception>
#include <optional>
#include <utility>

#include "base/check.h"
#include "base/frame_pool.h"
#include "base/result.h"

namespace doorbuster {

[[noreturn]] void exception_left_a_task() noexcept;

template <class T>
class [[nodiscard]] Task {
 public:
  struct promise_type;
  using Handle = std::coroutine_handle<promise_type>;

  Task(Task&& other) noexcept : handle_(std::exchange(other.handle_, {})) {}
  Task& operator=(Task&& other) noexcept {
    std::swap(handle_, other.handle_);
    return *this;
  }
  ~Task() {
    if (handle_) handle_.destroy();
  }

  // Awaiting. REQUIRES: not awaited before.
  bool await_ready() const noexcept { return false; }
  bool await_suspend(std::coroutine_handle<> awaiting) {
    handle_.resume();
    if (handle_.done()) return false;
    handle_.promise().continuation = awaiting;
    return true;
  }
  Result<T> await_resume() { return std::move(*handle_.promise().result); }

 private:
  explicit Task(Handle handle) : handle_(handle) {}
  Handle handle_;
};

template <class T>
struct Task<T>::promise_type {
  std::coroutine_handle<> continuation;
  std::optional<Result<T>> result;

  static void* operator new(std::size_t bytes) { return allocate_frame(bytes); }
  static void operator delete(void* frame, std::size_t bytes) { free_frame(frame, bytes); }

  Task get_return_object() { return Task(Handle::from_promise(*this)); }
  std::suspend_always initial_suspend() noexcept { return {}; }

  struct Last {
    bool await_ready() const noexcept { return false; }
    void await_suspend(Handle ended) const noexcept {
      // No continuation yet: the parent is still inside await_suspend and will see done().
      if (auto parent = ended.promise().continuation) parent.resume();
    }
    void await_resume() const noexcept {}
  };
  Last final_suspend() noexcept { return {}; }

  template <class Value = Result<T>>
  void return_value(Value&& value) {
    result.emplace(std::forward<Value>(value));
  }
  void unhandled_exception() noexcept { exception_left_a_task(); }
};

}  // namespace doorbuster
