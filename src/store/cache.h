// Cache: one virtual function, and a typed call on top of it.
//
//   const auto cached = co_await cache(Get{key});     // Result<std::optional<Quantity>>
//
// Whatever must see every operation (a counter, a delay, a lost reply) is a Cache that holds a
// Cache. An error is definite when the command surely changed nothing; a read's errors always are.
// Every operation ends within the store's deadline. One thread, its shard's.
#pragma once

#include <utility>

#include "base/task.h"
#include "store/asking.h"
#include "store/cache_operations.h"

namespace doorbuster {

class Cache {
 public:
  virtual ~Cache() = default;

  template <class Op>
  Asking<Op, CacheReply> operator()(Op op) {
    return Asking<Op, CacheReply>(execute(std::move(op)));
  }

  virtual Task<CacheReply> execute(CacheOperation operation) = 0;
};

}  // namespace doorbuster
