#include "postgres/statements.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <initializer_list>
#include <utility>

#include "base/big_endian.h"
#include "base/checked_time.h"

namespace doorbuster::postgres {
namespace {

template <class Op>
constexpr std::size_t index_of() {
  return DatabaseOperation(Op{}).index();
}

constexpr std::uint32_t kInt8Type = 20;  // the type's number

constexpr int kBinaryFormats[kMostParameters] = {1, 1, 1, 1, 1};

template <std::size_t... kIndex>
constexpr std::array<Access, sizeof...(kIndex)> accesses(std::index_sequence<kIndex...>) {
  return {std::variant_alternative_t<kIndex, DatabaseOperation>::kAccess...};
}
constexpr auto kAccesses =
    accesses(std::make_index_sequence<std::variant_size_v<DatabaseOperation>>());

Access access_of_statement(std::size_t index) {
  if (index == kTakeUnitsWaiting || index == kTakeUnderLockWaiting) return Access::write;
  return index == kLockStockNowait ? Access::read : kAccesses[index];
}

Error senseless(std::size_t index, const Answer& answer) {
  return {
      Store::postgres, Cause::protocol, access_of_statement(index) == Access::read,
      PQresStatus(answer.status),
      fmt::format("PostgreSQL answered {} with {} rows of {} columns ({})", statement(index).name,
                  answer.rows, answer.columns, PQresStatus(answer.status))};
}

std::int64_t number_at(const Answer& answer, int column) {  // of the one row
  return answer.numbers[static_cast<std::size_t>(column)];
}

// One row of numbers, as wide as these, or none.
enum class Rows { none, one, senseless };
Rows rows_of(const Answer& answer, std::initializer_list<int> widths) {
  if (answer.rows == 0 && !answer.described && answer.status == PGRES_COMMAND_OK) return Rows::none;
  const bool shaped =
      answer.status == PGRES_TUPLES_OK && answer.columns == static_cast<int>(widths.size());
  if (!shaped || answer.rows > 1) return Rows::senseless;
  if (answer.rows == 0) return Rows::none;
  const bool as_wide = std::equal(widths.begin(), widths.end(), answer.lengths.begin());
  return as_wide ? Rows::one : Rows::senseless;  // NULL has no width
}

// An optional T: `make` reads it where there is a row.
template <class T, class Make>
Result<DatabaseReply> read_row(std::size_t index, const Answer& answer,
                               std::initializer_list<int> widths, Make make) {
  const Rows rows = rows_of(answer, widths);
  if (rows == Rows::senseless) return senseless(index, answer);
  std::optional<T> read;
  if (rows == Rows::one) read = make(answer);
  return DatabaseReply(read);
}

Stock stock_of(const Answer& answer) { return {number_at(answer, 0), number_at(answer, 1)}; }

Order order_of(const Answer& answer) {
  return {OrderKey{number_at(answer, 0)}, BuyerId{number_at(answer, 1)},
          ItemId{static_cast<std::int32_t>(number_at(answer, 2))}, number_at(answer, 3)};
}

Result<DatabaseReply> read_sweep(std::size_t index, const Answer& answer) {
  if (rows_of(answer, {8, 8, 8}) != Rows::one) return senseless(index, answer);
  const auto late = duration_of<std::chrono::microseconds>(number_at(answer, 2));
  if (!late) return senseless(index, answer);
  return DatabaseReply(SweepHolds::Reply{number_at(answer, 0), number_at(answer, 1), *late});
}

Result<DatabaseReply> read_counted(std::size_t index, const Answer& answer) {
  if (rows_of(answer, {8}) != Rows::one) return senseless(index, answer);
  return DatabaseReply(RowCount{number_at(answer, 0)});
}

Result<DatabaseReply> read_outbox(std::size_t index, const Answer& answer) {
  const Rows rows = rows_of(answer, {4, 8, 8, 8});
  if (rows == Rows::none) return DatabaseReply(std::optional<ReadOutbox::News>());
  if (rows == Rows::senseless) return senseless(index, answer);
  const auto age = duration_of<std::chrono::microseconds>(number_at(answer, 3));
  if (!age) return senseless(index, answer);
  return DatabaseReply(
      std::optional<ReadOutbox::News>({ItemId{static_cast<std::int32_t>(number_at(answer, 0))},
                                       Stock{number_at(answer, 1), number_at(answer, 2)}, *age}));
}

// As find_hold numbers them.
Result<DatabaseReply> read_hold_state(std::size_t index, const Answer& answer) {
  const Rows rows = rows_of(answer, {4});
  if (rows == Rows::none) return DatabaseReply(std::optional<HoldState>());
  if (rows == Rows::senseless) return senseless(index, answer);
  const std::int64_t state = number_at(answer, 0);
  if (state < 0 || state > static_cast<std::int64_t>(HoldState::released)) {
    return senseless(index, answer);
  }
  return DatabaseReply(std::optional(static_cast<HoldState>(state)));
}

Result<DatabaseReply> read_count(std::size_t index, const Answer& answer) {
  const std::string_view text = answer.tag.substr(answer.tag.rfind(' ') + 1);  // "INSERT 0 3"
  RowCount count;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), count.rows);
  if (answer.status != PGRES_COMMAND_OK || text.empty() || parsed.ec != std::errc()) {
    return senseless(index, answer);
  }
  return DatabaseReply(count);
}

// Of a transaction that is aborted the server makes a rollback, and no error of it.
Result<DatabaseReply> read_commit(std::size_t index, const Answer& answer) {
  if (answer.status != PGRES_COMMAND_OK) return senseless(index, answer);
  if (answer.tag == "COMMIT") return DatabaseReply(Done{});
  return Error(Store::postgres, Cause::refused_by_server, true, "25P02",
               "the transaction was aborted by an error before: PostgreSQL rolled it back");
}

}  // namespace

std::string begin_text(Duration lock_timeout) {
  constexpr std::int64_t kMost = INT32_MAX;  // of the server's setting
  const auto wanted = std::chrono::ceil<std::chrono::milliseconds>(lock_timeout).count();
  return fmt::format("BEGIN; SET LOCAL lock_timeout = {}", std::min(std::int64_t{wanted}, kMost));
}

std::size_t statement_of(const DatabaseOperation& operation) {
  const auto* lock = std::get_if<LockStock>(&operation);
  if (lock != nullptr && lock->nowait) return kLockStockNowait;
  const auto* under_lock = std::get_if<TakeUnderLock>(&operation);
  if (under_lock != nullptr && under_lock->waits) return kTakeUnderLockWaiting;
  const auto* units = std::get_if<TakeUnits>(&operation);
  return units != nullptr && !units->skip_locked ? kTakeUnitsWaiting : operation.index();
}

struct BoundParameters::Binder {
  BoundParameters& to;

  void operator()(const ReadStock& op) { to.add(number(op.item)); }
  void operator()(const ReadBuckets& op) { to.add(number(op.item)); }
  void operator()(const ReadUnits& op) { to.add(number(op.item)); }
  void operator()(const ReadOutbox&) {}
  void operator()(const FindOrder& op) { to.add(number(op.key)); }
  void operator()(const MarkRelayed& op) {
    to.add(number(op.item));
    to.add(op.version);
  }
  void operator()(const TakeHold& op) {
    to.add(op.order);
    to.add(std::int64_t{std::chrono::ceil<std::chrono::microseconds>(op.lasts).count()});
  }
  void operator()(const ConfirmHold& op) { to.add(number(op.key)); }
  void operator()(const ReleaseHold& op) {
    to.add(number(op.key));
    to.add(std::int32_t{op.only_if_held});
  }
  void operator()(const SweepHolds& op) { to.add(op.most); }
  void operator()(const FindHold& op) { to.add(number(op.key)); }
  void operator()(const CountHolds&) {}
  void operator()(const TakeBatch& op) { to.add(op); }
  void operator()(const Begin&) {}
  void operator()(const Commit&) {}
  void operator()(const Rollback&) {}
  void operator()(const LockStock& op) { to.add(number(op.item)); }
  void operator()(const TakeIn& op) { item_and_quantity(op); }
  void operator()(const InsertOrderIn& op) {
    to.add(op.order);
    to.add(op.version);
  }
  void operator()(const ReturnUnits& op) { item_and_quantity(op); }
  void operator()(const DecrementGuarded& op) { item_and_quantity(op); }
  void operator()(const DecrementUnguarded& op) { item_and_quantity(op); }
  void operator()(const WriteStock& op) { item_and_quantity(op); }
  void operator()(const TakeAtVersion& op) {
    to.add(op.order);
    to.add(op.version);
  }
  void operator()(const TakeFenced& op) {
    to.add(op.order);
    to.add(op.fence);
  }
  void operator()(const TakeFromBucket& op) {
    to.add(op.order);
    to.add(op.bucket);
  }
  template <class Purchase>  // of an order and nothing more
  void operator()(const Purchase& op) {
    to.add(op.order);
  }

 private:
  template <class Update>
  void item_and_quantity(const Update& op) {
    to.add(number(op.item));
    to.add(op.quantity);
  }
};

BoundParameters::BoundParameters(const DatabaseOperation& operation) {
  std::visit(Binder{*this}, operation);
  CHECK(count_ == statement(statement_of(operation)).parameters);
}

const int* BoundParameters::formats() { return kBinaryFormats; }

void BoundParameters::add(const Order& order) {
  add(number(order.item));
  add(number(order.buyer));
  add(order.quantity);
  add(number(order.key));
}

void BoundParameters::add(const TakeBatch& batch) {
  add(number(batch.item));
  const auto lines = static_cast<std::size_t>(batch.size);
  for (std::size_t column = 0; column < arrays_.size(); ++column) {
    char* at = arrays_[column].data();
    // Dimensions, no NULLs, the type, elements, the first one's index.
    for (const std::uint32_t word : {1u, 0u, kInt8Type, static_cast<std::uint32_t>(lines), 1u}) {
      at = put_big_endian(at, word);
    }
    for (std::size_t i = 0; i < lines; ++i) {
      const TakeBatch::Line& line = batch.lines[i];
      const std::int64_t values[] = {number(line.buyer), line.quantity, number(line.key)};
      at = put_big_endian(at, std::uint32_t{sizeof(std::int64_t)});
      at = put_big_endian(at, values[column]);
    }
    const auto parameter = static_cast<std::size_t>(count_++);
    values_[parameter] = arrays_[column].data();
    lengths_[parameter] = static_cast<int>(at - arrays_[column].data());
  }
  add(batch.units());
}

template <class Number>
void BoundParameters::add(Number number) {
  static_assert(sizeof number == 4 || sizeof number == 8);
  const auto at = static_cast<std::size_t>(count_++);
  put_big_endian(bytes_[at].data(), number);
  values_[at] = bytes_[at].data();
  lengths_[at] = sizeof number;
}

Result<DatabaseReply> read_reply(std::size_t index, const Answer& answer) {
  switch (index) {
    case index_of<TakeUnits>():
    case kTakeUnitsWaiting:
    case index_of<MarkRelayed>():
    case index_of<ConfirmHold>():
    case index_of<ReleaseHold>():
    case index_of<ReturnUnits>():
      return read_count(index, answer);
    case index_of<Commit>():
      return read_commit(index, answer);
    case index_of<Begin>():
      if (answer.status != PGRES_COMMAND_OK) return senseless(index, answer);
      return DatabaseReply(TransactionId{});
    case index_of<InsertOrder>():
    case index_of<InsertOrderIn>():
    case index_of<Rollback>():
      if (answer.status != PGRES_COMMAND_OK) return senseless(index, answer);
      return DatabaseReply(Done{});
    case index_of<FindOrder>():
      return read_row<Order>(index, answer, {8, 8, 4, 8}, order_of);
    case index_of<ReadOutbox>():
      return read_outbox(index, answer);
    case index_of<SweepHolds>():
      return read_sweep(index, answer);
    case index_of<FindHold>():
      return read_hold_state(index, answer);
    case index_of<CountHolds>():
      return read_counted(index, answer);
    default:  // what is left of a stock, and its version
      return read_row<Stock>(index, answer, {8, 8}, stock_of);
  }
}

}  // namespace doorbuster::postgres
