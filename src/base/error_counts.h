// How often each error happened, by store, cause and the server's own code (SQLSTATE or Redis
// word). Bounded: the first kMost kinds; all others together are one row with the code "other", at
// the end. One thread at a time.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"

namespace doorbuster {

struct ErrorCount {
  Store store = Store::none;
  Cause cause = Cause::system;
  std::string code;
  std::int64_t count = 0;

  friend bool operator==(const ErrorCount&, const ErrorCount&) = default;
};

class ErrorCounts {
 public:
  static constexpr std::size_t kMost = 64;

  void add(const Error& error) { count({error.store(), error.cause(), error.code(), 1}); }
  void merge(const ErrorCounts& other);

  std::int64_t total() const;
  std::vector<ErrorCount> most_frequent_first() const;

 private:
  void count(const ErrorCount& seen);

  std::vector<ErrorCount> counts_;
  std::int64_t other_ = 0;  // of kinds that came after the first kMost
};

}  // namespace doorbuster
