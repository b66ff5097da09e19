// The tables of a simulated PostgreSQL at READ COMMITTED, and who holds or awaits which lock: no
// cores, no connections, no time. Each statement is a transaction of its own, but for those of
// store/transaction_operations.h. Rules, as on the server: a statement's WHERE is tried on the
// newest committed row; where it fails, 0 rows at once; where it holds and the row is locked, the
// statement waits, and looks again when it is called. An inserter of an order key that another
// transaction is inserting waits for that one's end. An advisory lock is tried, or awaited in the
// row's own queue. Units of one item are alike, so they are only counted: who does not skip locked
// ones waits while any is locked, as one who walks them in order does.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <unordered_map>
#include <variant>
#include <vector>

#include "base/result.h"
#include "history/ground_truth.h"
#include "sim/hold_table.h"
#include "sim/outbox_table.h"
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

  // `now` as the server's clock shows it, for the outbox and for holds.
  Execution execute(Transaction transaction, const DatabaseOperation& operation, Instant now);
  // REQUIRES: execute() of the same said locked
  Result<DatabaseReply> commit(Transaction transaction, const DatabaseOperation& operation,
                               Instant now);

  // A statement of an interactive transaction, Begin, Commit and Rollback included. One that waits
  // is asked again once called() names it, or ended by give_up().
  Execution execute_in(Transaction statement, const DatabaseOperation& operation);
  // It waited too long for its lock: 55P03, and its transaction is aborted. REQUIRES: it waits
  Result<DatabaseReply> give_up(Transaction statement, TransactionId transaction);

  // The next transaction that is to look again, in the order in which they were called.
  std::optional<Transaction> called();

  GroundTruth truth() const;
  std::optional<Stock> row(ItemId item) const;

 private:
  struct Row {
    Stock stock;  // as committed
    std::int64_t fence = 0;
    std::optional<Transaction> holder;
    std::optional<Stock> pending;         // as an interactive holder will commit it
    std::optional<Transaction> advisory;  // who holds the item's advisory lock
    std::deque<Transaction> waiting;
  };
  struct Units {
    struct Hold {
      Transaction transaction{};
      Quantity quantity = 0;
    };
    Quantity free = 0;  // as committed, the locked ones among them
    std::vector<Hold> holds;
    std::deque<Transaction> waiting;  // those who do not skip locked ones

    Quantity locked() const;
    Quantity held(Transaction transaction) const;
  };
  struct Item {
    Quantity initial = 0;
    Row row;
    std::vector<Row> buckets;    // empty in the other layouts
    std::optional<Units> units;  // nothing in the other layouts
  };
  struct KeyState {
    std::optional<std::size_t> order;  // its place in orders_, once committed
    std::optional<Transaction> holder;
    std::vector<Transaction> waiting;
  };
  // What a statement would make of a row, and its guards.
  struct Update {
    Row* row = nullptr;
    Quantity becomes = 0;  // of the row as it is now
    std::optional<Quantity> least;
    std::optional<Version> version;
    std::optional<std::int64_t> fence;
    bool under_lock = false;
    bool waits_for_lock = false;

    bool guards_hold() const;
  };

  // An interactive transaction and what it holds.
  struct Open {
    bool aborted = false;
    struct Change {
      ItemId item{};
      Stock becomes;
    };
    std::vector<ItemId> locked;
    std::vector<Change> changed;  // every UPDATE, in order
    std::vector<InsertOrderIn> placed;
  };
  using Awaited = std::variant<Row*, KeyState*>;
  static constexpr Transaction kInteractive = 0x80000000;  // marks holders that are Open
  static Transaction holder_of(TransactionId transaction);

  Execution lock_in(Transaction statement, Open& open, const LockStock& operation);
  Execution take_in(Transaction statement, Open& open, const TakeIn& operation);
  Execution insert_in(Transaction statement, Open& open, const InsertOrderIn& operation);
  void end(TransactionId transaction, bool commit);
  // Whether it would wait for somebody who waits for it.
  bool deadlocks(Transaction holder, const Awaited& awaited) const;
  static std::optional<Transaction> holder(const Awaited& awaited);
  static Error deadlock();

  Item* find(ItemId item);
  const Item* find(ItemId item) const;
  std::optional<DatabaseReply> read(const DatabaseOperation& operation, Instant now) const;
  std::optional<Stock> sum_of_buckets(ItemId item) const;
  std::optional<Stock> free_units(ItemId item) const;
  std::optional<Order> order(OrderKey key) const;

  // Nothing for a statement that updates no stock row; without a row when there is none.
  std::optional<Update> update_of(const DatabaseOperation& operation);
  static const Order* order_of(const DatabaseOperation& operation);
  static DatabaseReply nothing_changed(const DatabaseOperation& operation);

  // Nothing: the lock is held, go on.
  std::optional<Execution> take_row(Transaction transaction, const DatabaseOperation& operation,
                                    const Update& update);
  std::optional<Execution> take_units(Transaction transaction, const TakeUnits& operation);
  std::optional<Execution> take_key(Transaction transaction, OrderKey key);
  // Of holds, in postgres_holds.cpp. Nothing: the statement is not on a hold that is there.
  std::optional<Execution> execute_on_holds(Transaction transaction,
                                            const DatabaseOperation& operation, Instant now);
  Execution execute_confirm(Transaction transaction, const ConfirmHold& confirm, Instant now);
  Execution execute_release(Transaction transaction, const ReleaseHold& release);
  Execution execute_sweep(Transaction transaction, const SweepHolds& sweep, Instant now);
  std::optional<DatabaseReply> commit_on_holds(Transaction transaction,
                                               const DatabaseOperation& operation, Instant now);
  std::optional<Execution> take_hold_key(Transaction transaction, const Order& order);
  std::optional<Execution> lock_hold(Transaction transaction, HoldTable::Row* hold, bool wanted);
  bool lock_stock(Transaction transaction, ItemId item);  // false: it has to wait
  void give_back(HoldTable::Row& hold, HoldState state);
  void release(HoldTable::Row& hold);
  static Error duplicate_key(OrderKey key);
  // Of several orders at once, in postgres_batch.cpp.
  Execution execute_batch(Transaction transaction, const TakeBatch& batch);
  DatabaseReply commit_batch(Transaction transaction, const TakeBatch& batch);
  void release_key(Transaction transaction, OrderKey key);

  void release(Row& row);
  void release(Units& units, Transaction transaction);
  void call_next(std::deque<Transaction>& waiting);
  void roll_back(Transaction transaction, const DatabaseOperation& operation);
  void write_order(Transaction transaction, const Order& order, std::optional<Version> version);

  void change(ItemId item, Row& row, Stock becomes);

  bool check_constraint_ = true;
  bool log_changes_ = false;
  StockLog log_;                                 // in the order of commit
  std::vector<ItemId> items_;                    // as stocked
  std::unordered_map<ItemId, Item> shelf_;       // looked up, never iterated
  std::unordered_map<OrderKey, KeyState> keys_;  // looked up, never iterated
  std::vector<OrderRow> orders_;                 // in the order of commit
  OutboxTable outbox_;
  HoldTable holds_;
  std::unordered_map<Transaction, std::vector<HoldTable::Row*>> sweeps_;  // in progress
  std::deque<Transaction> called_;
  std::int64_t begun_ = 0;
  std::unordered_map<TransactionId, Open> open_;  // looked up, never iterated
  // By who waits and holds something else; looked up, never iterated.
  std::unordered_map<Transaction, Awaited> awaited_;
};

}  // namespace doorbuster
