// Asking<Op, AnyReply>: one typed operation of a Cache or a Database, to be awaited at once. It is
// no coroutine: every operation of a load passes here, so it takes no frame beside its asker's and
// the store's own. The store's execute() was called for it; the Task of that begins when this is
// awaited. Errors are those of the store. One thread, its shard's.
#pragma once

#include <coroutine>
#include <utility>
#include <variant>

#include "base/task.h"

namespace doorbuster {

template <class Op, class AnyReply>
class [[nodiscard]] Asking {
 public:
  explicit Asking(Task<AnyReply> answer) : answer_(std::move(answer)) {}

  bool await_ready() const noexcept { return answer_.await_ready(); }
  bool await_suspend(std::coroutine_handle<> asker) { return answer_.await_suspend(asker); }
  Result<typename Op::Reply> await_resume() {
    Result<AnyReply> reply = answer_.await_resume();
    if (!reply) return std::move(reply).error();
    return std::get<typename Op::Reply>(*std::move(reply));
  }

 private:
  Task<AnyReply> answer_;
};

}  // namespace doorbuster
