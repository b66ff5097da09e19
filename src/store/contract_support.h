// What both contract suites use: asking one operation to its end, or many at once. Tests only.
#pragma once

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/task.h"

namespace doorbuster {

// Names the instances of a suite after their bench.
struct ContractName {
  template <class Bench>
  static std::string GetName(int) {
    return Bench::kName;
  }
};

template <class Store, class Op>
Task<Done> ask_into(Store* store, Op op, std::optional<Result<typename Op::Reply>>* into) {
  auto reply = co_await (*store)(op);
  into->emplace(std::move(reply));
  co_return Done{};
}

// Operations that are in flight at the same time. Add all, run once, then look at the replies.
template <class Op>
class AtOnce {
 public:
  explicit AtOnce(std::size_t most) { replies_.reserve(most); }

  template <class Store>
  void add(Store& store, Op op) {
    ASSERT_LT(replies_.size(), replies_.capacity()) << "a test asks more than it said it would";
    tasks_.push_back(ask_into(&store, op, &replies_.emplace_back()));
  }

  template <class Bench>
  void run(Bench& bench) {
    bench.run(std::move(tasks_));
    for (const auto& reply : replies_) ASSERT_TRUE(reply.has_value()) << "a task did not end";
  }

  const Result<typename Op::Reply>& reply(std::size_t index) const { return *replies_[index]; }
  std::size_t size() const { return replies_.size(); }

  template <class Wanted>
  std::int64_t count(Wanted wanted) const {
    std::int64_t found = 0;
    for (const auto& reply : replies_) found += wanted(*reply) ? 1 : 0;
    return found;
  }

 private:
  std::vector<std::optional<Result<typename Op::Reply>>> replies_;
  std::vector<Task<Done>> tasks_;
};

// One operation to its end.
template <class Bench, class Store, class Op>
Result<typename Op::Reply> ask_one(Bench& bench, Store& store, Op op) {
  std::optional<Result<typename Op::Reply>> reply;
  std::vector<Task<Done>> tasks;
  tasks.push_back(ask_into(&store, op, &reply));
  bench.run(std::move(tasks));
  CHECK(reply.has_value(), "{} did not end", Op::kName);
  return *std::move(reply);
}

}  // namespace doorbuster
