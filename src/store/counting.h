// CountingCache, a Cache that holds a Cache, and CountingDatabase, a Database that holds a
// Database: they pass every operation on and count it, by kind and by how it ended. What is wrapped
// outlives the wrapper, the wrapper the operations that passed through it. One thread.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <utility>
#include <variant>

#include "base/error_counts.h"
#include "store/cache.h"
#include "store/database.h"

namespace doorbuster {

// asked = answered + errors + those still in flight (or whose asker was destroyed).
struct OperationCount {
  std::int64_t asked = 0;
  std::int64_t answered = 0;
  std::int64_t errors = 0;
};

template <class Store, class Operation, class Reply>
class Counting : public Store {
 public:
  explicit Counting(Store& inner) : inner_(inner) {}

  Task<Reply> execute(Operation operation) override {
    OperationCount& count = counts_[operation.index()];
    ++operations_;
    ++count.asked;
    Asker asker(given_up_);
    // Asked before it is awaited, so that this frame keeps no second copy of the operation.
    Task<Reply> asked = inner_.execute(std::move(operation));
    Result<Reply> reply = co_await asked;
    asker.was_answered();
    if (reply) {
      ++count.answered;
    } else {
      ++count.errors;
      errors_.add(reply.error());
      last_error_ = reply.error().message();
    }
    co_return reply;
  }

  // Each operation asked is one round trip, whatever became of it.
  std::int64_t operations() const { return operations_; }
  const ErrorCounts& errors() const { return errors_; }
  const std::string& last_error() const { return last_error_; }
  // Operations whose asker was destroyed while they were in flight.
  std::int64_t given_up() const { return given_up_; }
  template <class Op>
  const OperationCount& of() const {
    return counts_[Operation(Op{}).index()];
  }

 private:
  class Asker {
   public:
    explicit Asker(std::int64_t& given_up) : given_up_(&given_up) {}
    Asker(const Asker&) = delete;
    Asker& operator=(const Asker&) = delete;
    ~Asker() {
      if (given_up_ != nullptr) ++*given_up_;
    }
    void was_answered() { given_up_ = nullptr; }

   private:
    std::int64_t* given_up_;
  };

  Store& inner_;
  std::int64_t operations_ = 0;
  std::int64_t given_up_ = 0;
  std::array<OperationCount, std::variant_size_v<Operation>> counts_{};
  ErrorCounts errors_;
  std::string last_error_;
};

using CountingCache = Counting<Cache, CacheOperation, CacheReply>;
using CountingDatabase = Counting<Database, DatabaseOperation, DatabaseReply>;

}  // namespace doorbuster
