// Database: one virtual function, and a typed call on top of it, as in store/cache.h.
//
//   const auto taken = co_await database(TakeIfAvailable{order});   // Result<std::optional<Stock>>
//
// An error is definite when the statement surely changed nothing (SQLSTATE from the server, or
// nothing was sent), indefinite when it may have been committed (no answer). A read's errors are
// always definite. Waiting for a pooled connection is inside the operation. One thread, its
// shard's.
#pragma once

#include <utility>

#include "base/task.h"
#include "store/asking.h"
#include "store/database_operations.h"

namespace doorbuster {

class Database {
 public:
  virtual ~Database() = default;

  template <class Op>
  Asking<Op, DatabaseReply> operator()(Op op) {
    return Asking<Op, DatabaseReply>(execute(std::move(op)));
  }

  virtual Task<DatabaseReply> execute(DatabaseOperation operation) = 0;
};

}  // namespace doorbuster
