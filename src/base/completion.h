// Completion<T> and Completer<T>: the two ends of one answer that a coroutine waits for.
//
//   Task<int64_t> Wire::ask(Request request) {
//     Completion<int64_t> answer;
//     queue_.push_back({request, answer.completer()});
//     co_return co_await answer;
//   }
//   ... later, from the event loop:  queue_.front().completer.complete(value);
//
// The Completion lives in the frame that awaits it, the Completer wherever the asked keeps it;
// either may be destroyed first. A Completer whose Completion is gone completes nothing
// (`abandoned()`), as does one destroyed without completing, which is a bug if somebody waits.
// complete() resumes the waiter before it returns, so call it last, from the event loop, and expect
// any state to have changed. One thread; no allocation.
#pragma once

#include <coroutine>
#include <optional>
#include <utility>

#include "base/check.h"
#include "base/result.h"
#include "base/suspended.h"

namespace doorbuster {

template <class T>
class Completer;

template <class T>
class [[nodiscard]] Completion {
 public:
  Completion() = default;
  Completion(const Completion&) = delete;
  Completion& operator=(const Completion&) = delete;
  ~Completion() {
    if (completer_ != nullptr) completer_->completion_ = nullptr;
  }

  // REQUIRES: called once.
  Completer<T> completer() { return Completer<T>(*this); }

  bool await_ready() const noexcept { return result_.has_value(); }
  void await_suspend(std::coroutine_handle<> waiter) noexcept { waiter_ = Suspended(waiter); }
  Result<T> await_resume() { return std::move(*result_); }

 private:
  friend class Completer<T>;
  Completer<T>* completer_ = nullptr;
  Suspended waiter_;
  std::optional<Result<T>> result_;
};

template <class T>
class Completer {
 public:
  Completer() = default;
  explicit Completer(Completion<T>& completion) : completion_(&completion) {
    CHECK(completion.completer_ == nullptr, "one Completer a Completion");
    completion.completer_ = this;
  }
  Completer(Completer&& other) noexcept { take(other); }
  Completer& operator=(Completer&& other) noexcept {
    if (this != &other) {
      release();
      take(other);
    }
    return *this;
  }
  ~Completer() { release(); }

  bool abandoned() const { return completion_ == nullptr; }

  void complete(Result<T> result) {
    if (completion_ == nullptr) return;
    Completion<T>& completion = *std::exchange(completion_, nullptr);
    completion.completer_ = nullptr;
    completion.result_.emplace(std::move(result));
    if (auto waiter = std::exchange(completion.waiter_, {})) waiter.resume();
  }

 private:
  friend class Completion<T>;
  void take(Completer& other) {
    completion_ = std::exchange(other.completion_, nullptr);
    if (completion_ != nullptr) completion_->completer_ = this;
  }
  void release() {
    if (completion_ != nullptr) completion_->completer_ = nullptr;
    completion_ = nullptr;
  }

  Completion<T>* completion_ = nullptr;
};

}  // namespace doorbuster
