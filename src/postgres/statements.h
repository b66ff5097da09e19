// The statements of the load, one a DatabaseOperation: their SQL (statement_texts.cpp), how an
// operation's numbers become binary parameters, and how a server's answer becomes a reply. Prepared
// on every connection when it opens. Internal to postgres/; pure.
// The guarded purchase is the one-statement purchase of PostgreSQL's own READ COMMITTED rules: a
// guard is evaluated again on the newest row after a lock wait.
#pragma once

#include <libpq-fe.h>

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"
#include "postgres/answer.h"
#include "store/database_operations.h"

namespace doorbuster::postgres {

// One statement an alternative, at its index; and behind them those of TakeUnits and TakeUnderLock
// which wait, and that of LockStock which does not.
inline constexpr std::size_t kTakeUnitsWaiting = std::variant_size_v<DatabaseOperation>;
inline constexpr std::size_t kTakeUnderLockWaiting = kTakeUnitsWaiting + 1;
inline constexpr std::size_t kLockStockNowait = kTakeUnderLockWaiting + 1;
inline constexpr std::size_t kStatements = kLockStockNowait + 1;
inline constexpr std::size_t kMostParameters = 5;

struct Statement {
  const char* name;  // of the prepared statement
  const char* sql;
  int parameters;
  std::array<Oid, kMostParameters> types;
};

std::size_t statement_of(const DatabaseOperation& operation);

// REQUIRES: index < kStatements
const Statement& statement(std::size_t index);

// An operation's parameters as the wire wants them. The pointers are into the object itself.
class BoundParameters {
 public:
  explicit BoundParameters(const DatabaseOperation& operation);
  BoundParameters(const BoundParameters&) = delete;
  BoundParameters& operator=(const BoundParameters&) = delete;

  int count() const { return count_; }
  const char* const* values() const { return values_.data(); }
  const int* lengths() const { return lengths_.data(); }
  static const int* formats();  // all binary

 private:
  template <class Number>
  void add(Number number);  // of 4 or 8 bytes
  void add(const Order& order);
  void add(const TakeBatch& batch);
  struct Binder;

  int count_ = 0;
  std::array<const char*, kMostParameters> values_{};
  std::array<int, kMostParameters> lengths_{};
  std::array<std::array<char, 8>, kMostParameters> bytes_{};
  // Arrays of int8 as the server wants them: a head, and each element behind its length.
  static constexpr std::size_t kArrayHead = 20, kArrayElement = 12;
  using ArrayBytes = std::array<char, kArrayHead + kArrayElement * kMostOfABatch>;
  std::array<ArrayBytes, 3> arrays_;
};

// A Begin with a lock timeout is two statements, sent as one text: neither takes parameters.
std::string begin_text(Duration lock_timeout);

// What the server answered to statement `index`; to "begin" with no transaction's name, which its
// pool gives it. An answer that is no error but makes no sense is
// Cause::protocol, and indefinite for a write. REQUIRES: the statement succeeded.
Result<DatabaseReply> read_reply(std::size_t index, const Answer& answer);

}  // namespace doorbuster::postgres
