// The tables of a simulated PostgreSQL at READ COMMITTED, and who holds or awaits which lock: no
// cores, no connections, no time. Each statement is a transaction of its own. Rules, as on the
// server: a statement's WHERE is tried on the newest committed row; where it fails, 0 rows at once;
// where it holds and the row is locked, the statement waits, and looks again when it is called. An
// inserter of an order key that another transaction is inserting waits for that one's end.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "history/ground_truth.h"
#include "store/database_operations.h"

namespace doorbuster {

class PostgresState {
 public:
  using Transaction = std::uint32_t;  // the caller's name for it, unique among those in progress

  enum class Progress : unsigned char {
    answered,  // over, nothing changed: `reply` is the answer
    locked,    // holds its locks: commit() ends it
    waiting,   // for a lock: execute() again once called()
  };
  struct Execution {
    Progress progress = Progress::answered;
    std::optional<Result<DatabaseReply>> reply;
  };

  // Lays the tables out anew. REQUIRES: no transaction in progress
  void stock(const Stocking& stocking);

  Execution execute(Transaction transaction, const DatabaseOperation& operation);
  // REQUIRES: execute() of the same said locked
  Result<DatabaseReply> commit(Transaction transaction, const DatabaseOperation& operation);

  // The next transaction that is to look again, in the order in which they were called.
  std::optional<Transaction> called();

  GroundTruth truth() const;
  std::optional<Stock> row(ItemId item) const;

 private:
  struct Row {
    Stock stock;  // as committed
    Quantity initial = 0;
    std::optional<Transaction> holder;
    std::deque<Transaction> waiting;
  };
  struct KeyState {
    bool committed = false;
    std::optional<Transaction> holder;
    std::vector<Transaction> waiting;
  };
  // What a statement would make of a row.
  struct Update {
    ItemId item{};
    Quantity least = 0;  // its guard: at least so much must be left
    bool guarded = false;
    Quantity becomes = 0;  // of the row as it is now
  };

  Row* find(ItemId item);
  std::optional<Update> update_of(const DatabaseOperation& operation);
  static const Order* order_of(const DatabaseOperation& operation);
  static DatabaseReply nothing_changed(const DatabaseOperation& operation);

  // Nothing: the lock is held, go on.
  std::optional<Execution> take_row(Transaction transaction, const DatabaseOperation& operation,
                                    const Update& update);
  std::optional<Execution> take_key(Transaction transaction, OrderKey key);
  void release(Row& row);
  void call_next(Row& row);

  bool check_constraint_ = true;
  std::vector<ItemId> items_;                    // as stocked
  std::unordered_map<ItemId, Row> rows_;         // looked up, never iterated
  std::unordered_map<OrderKey, KeyState> keys_;  // looked up, never iterated
  std::vector<OrderRow> orders_;                 // in the order of commit
  std::deque<Transaction> called_;
};

}  // namespace doorbuster
