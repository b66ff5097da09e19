#include "history/history_csv.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <limits>
#include <utility>

#include "history/attribution.h"
#include "history/csv_table.h"
#include "history/gate_rows.h"

namespace doorbuster {
namespace {

using std::string_view;

constexpr std::array<string_view, 5> kItemColumns = {"item", "initial_quantity", "final_quantity",
                                                     "cached_quantity", "held_quantity"};
constexpr std::size_t kOptionalItemColumns = 1;
constexpr std::array<string_view, 14> kOperationColumns = {
    "op",          "buyer",   "item",  "kind",    "quantity", "scheduled_ns", "started_ns",
    "finished_ns", "outcome", "value", "version", "source",   "key",          "attempt"};
constexpr std::array<string_view, 5> kLogColumns = {"item", "version", "before", "after", "op"};
constexpr std::array<string_view, 7> kOrderColumns = {"order",    "op",  "buyer",  "item",
                                                      "quantity", "key", "version"};
constexpr std::array<string_view, 2> kRunColumns = {"fact", "value"};
constexpr std::array<string_view, 4> kGateColumns = {"item", "left", "settled", "sequence"};
constexpr std::array<string_view, 4> kReservationColumns = {"item", "key", "quantity", "age_ns"};
constexpr std::array<string_view, 7> kGateLogColumns = {"item", "sequence", "before",     "after",
                                                        "key",  "asked_ns", "answered_ns"};

constexpr std::array<string_view, 4> kFaultColumns = {"kind", "operation", "from_ns", "until_ns"};

constexpr std::int32_t kLeastStock = std::numeric_limits<std::int32_t>::min() + 1;
constexpr std::int32_t kMostStock = std::numeric_limits<std::int32_t>::max();
constexpr std::int64_t kLatest = std::int64_t{1} << 62;
constexpr std::int64_t kMostKey = (std::int64_t{1} << 53) - 1;  // as base/order.h has them
constexpr std::uint32_t kMostOperation = static_cast<std::uint32_t>(kNoOperation) - 1;

std::optional<std::string> read_items(CsvTable table, JudgedHistory& history) {
  while (table.next()) {
    ItemTruth item;
    item.item = ItemId{table.number<std::int32_t>(0)};
    item.initial = table.number<std::int32_t>(1);
    item.left = table.number<std::int32_t>(2, kLeastStock);
    if (!table.empty(3)) item.cached = table.number<std::int64_t>(3, -kLatest, kLatest);
    item.held = table.number_or<std::int32_t>(4, 0);
    if (!history.items.empty() && item.item <= history.items.back().item) {
      table.complain("the items must ascend, each with one line");
    }
    if (table.ok()) history.items.push_back(item);
  }
  return table.ok() ? std::nullopt : std::optional(table.complaint());
}

Instant read_time(CsvTable& table, std::size_t column) {
  return kRunStart + Duration(table.number<std::int64_t>(column, 0, kLatest));
}

OrderKey read_key(CsvTable& table, std::size_t column) {
  if (table.empty(column)) return kNoKey;
  return OrderKey{table.number<std::int64_t>(column, 0, kMostKey)};
}

void read_answer(CsvTable& table, Operation& operation) {
  constexpr Answer kAnswers[] = {Answer::ok, Answer::sold_out, Answer::refused, Answer::failed,
                                 Answer::unknown};
  constexpr AnswerSource kSources[] = {AnswerSource::cache, AnswerSource::database,
                                       AnswerSource::gate, AnswerSource::unnamed};
  operation.outcome = table.word(8, kAnswers);
  if (operation.outcome == Answer::unknown) {
    if (!table.empty(7)) table.complain(7, "must be empty where the outcome is unknown");
  } else {
    operation.finished = read_time(table, 7);
    if (operation.finished < operation.started) {
      table.complain(7, "must not be before started_ns");
    }
  }
  if (operation.outcome == Answer::sold_out && operation.kind != OperationKind::buy) {
    table.complain(8, fmt::format("of a {} must be another", to_string(operation.kind)));
  }
  operation.value = table.number_or(9, kNoStock, kLeastStock);
  operation.version = table.number_or(10, kNoVersion);
  operation.source = table.word(11, kSources);
}

std::optional<std::string> read_operations(CsvTable table, JudgedHistory& history) {
  constexpr OperationKind kKinds[] = {OperationKind::view, OperationKind::buy,
                                      OperationKind::release};
  while (table.next()) {
    Operation operation;
    operation.op = OperationId{table.number<std::uint32_t>(0, 0, kMostOperation)};
    operation.buyer = BuyerId{table.number<std::int64_t>(1)};
    operation.item = ItemId{table.number<std::int32_t>(2)};
    operation.kind = table.word(3, kKinds);
    const bool view = operation.kind == OperationKind::view;
    operation.quantity =
        view ? table.number_or<std::int32_t>(4, 1) : table.number(4, 1, kMostStock);
    operation.scheduled = read_time(table, 5);
    operation.started = read_time(table, 6);
    if (operation.started < operation.scheduled) {
      table.complain(6, "must not be before scheduled_ns");
    }
    read_answer(table, operation);
    operation.key = read_key(table, 12);
    operation.attempt = static_cast<std::uint8_t>(std::min(255, table.number<std::int32_t>(13, 1)));
    if (table.ok()) history.operations.push_back(operation);
  }
  if (!table.ok()) return table.complaint();
  auto& all = history.operations;
  if (!std::ranges::is_sorted(all, {}, &Operation::op)) std::ranges::sort(all, {}, &Operation::op);
  const auto twice = std::ranges::adjacent_find(all, {}, &Operation::op);
  if (twice == all.end()) return {};
  return fmt::format("operations.csv: op {} stands there twice",
                     static_cast<std::uint32_t>(twice->op));
}

enum class Fact : unsigned char { cache_read, last_return, last_gate_return };

constexpr string_view to_string(Fact fact) {
  constexpr string_view names[] = {"cache_read", "last_return_ns", "last_gate_return_ns"};
  return names[static_cast<std::size_t>(fact)];
}

enum class Answered : unsigned char { no, yes };

constexpr string_view to_string(Answered answered) {
  return answered == Answered::yes ? "true" : "false";
}

// What is said once of the whole run. What is not said is as in JudgedHistory.
std::optional<std::string> read_run(CsvTable table, JudgedHistory& history) {
  constexpr Answered kYesOrNo[] = {Answered::no, Answered::yes};
  constexpr Fact kFacts[] = {Fact::cache_read, Fact::last_return, Fact::last_gate_return};
  std::array<bool, std::size(kFacts)> told{};
  while (table.next()) {
    const Fact fact = table.word(0, kFacts);
    if (std::exchange(told[static_cast<std::size_t>(fact)], true)) {
      table.complain(0, "must be told once");
    }
    if (fact == Fact::cache_read) {
      history.cache_read = table.word(1, kYesOrNo) == Answered::yes;
      continue;
    }
    const Instant last = table.empty(1) ? kNever : read_time(table, 1);
    (fact == Fact::last_return ? history.last_return : history.last_gate_return) = last;
  }
  return table.ok() ? std::nullopt : std::optional(table.complaint());
}

OperationId read_operation_id(CsvTable& table, std::size_t column) {
  if (table.empty(column)) return kNoOperation;
  return OperationId{table.number<std::uint32_t>(column, 0, kMostOperation)};
}

std::optional<std::string> read_log(CsvTable table, JudgedHistory& history) {
  while (table.next()) {
    StockChange change;
    change.item = ItemId{table.number<std::int32_t>(0)};
    change.version = table.number<std::int32_t>(1);
    change.before = table.number<std::int32_t>(2, kLeastStock);
    change.after = table.number<std::int32_t>(3, kLeastStock);
    change.op = read_operation_id(table, 4);
    if (!history.stock_log.empty() &&
        std::pair(change.item, change.version) <=
            std::pair(history.stock_log.back().item, history.stock_log.back().version)) {
      table.complain("items, and the versions of one, must ascend");
    }
    if (table.ok()) history.stock_log.push_back(change);
  }
  return table.ok() ? std::nullopt : std::optional(table.complaint());
}

std::optional<std::string> read_orders(CsvTable table, JudgedHistory& history) {
  while (table.next()) {
    PlacedOrder order;
    order.order = table.number<std::int64_t>(0, 0, kLatest);
    order.op = read_operation_id(table, 1);
    order.buyer = BuyerId{table.number<std::int64_t>(2)};
    order.item = ItemId{table.number<std::int32_t>(3)};
    order.quantity = table.number(4, 1, kMostStock);
    order.key = read_key(table, 5);
    order.version = table.number_or(6, kNoVersion);
    if (!history.orders.empty() && order.order <= history.orders.back().order) {
      table.complain(0, "must be greater than in the line before");
    }
    if (table.ok()) history.orders.push_back(order);
  }
  return table.ok() ? std::nullopt : std::optional(table.complaint());
}

std::optional<std::string> read_gates(CsvTable table, JudgedHistory& history) {
  while (table.next()) {
    GateRow row;
    row.item = ItemId{table.number<std::int32_t>(0)};
    if (!table.empty(1)) row.left = table.number<std::int64_t>(1, -kLatest, kLatest);
    row.settled = table.number<std::int64_t>(2, -kLatest, kLatest);
    if (!table.empty(3)) row.sequence = table.number<std::int64_t>(3, 0, kLatest);
    if (table.ok() && !put_gates({row}, {}, history.items)) {
      table.complain(0, "must be an item of items.csv, each with one line");
    }
  }
  return table.ok() ? std::nullopt : std::optional(table.complaint());
}

std::optional<std::string> read_reservations(CsvTable table, JudgedHistory& history) {
  while (table.next()) {
    ReservationRow row;
    row.item = ItemId{table.number<std::int32_t>(0)};
    row.key = OrderKey{table.number<std::int64_t>(1, 0, kMostKey)};
    row.quantity = table.number(2, 1, kMostStock);
    row.age = Duration(table.number<std::int64_t>(3, 0, kLatest));
    if (table.ok() && !put_gates({}, {row}, history.items)) {
      table.complain(0, "must be an item of gates.csv");
    }
  }
  return table.ok() ? std::nullopt : std::optional(table.complaint());
}

std::optional<std::string> read_gate_log(CsvTable table, JudgedHistory& history) {
  while (table.next()) {
    GateChange change;
    change.item = ItemId{table.number<std::int32_t>(0)};
    change.sequence = table.number<std::int32_t>(1, 1);
    change.before = table.number<std::int32_t>(2, kLeastStock);
    change.after = table.number<std::int32_t>(3, kLeastStock);
    change.key = OrderKey{table.number<std::int64_t>(4, 0, kMostKey)};
    change.asked = read_time(table, 5);
    change.answered = table.empty(6) ? kNever : read_time(table, 6);
    if (!history.gate_log.empty() &&
        std::pair(change.item, change.sequence) <
            std::pair(history.gate_log.back().item, history.gate_log.back().sequence)) {
      table.complain("items, and the sequence of one, must ascend");
    }
    if (table.ok()) history.gate_log.push_back(change);
  }
  return table.ok() ? std::nullopt : std::optional(table.complaint());
}

std::optional<std::string> read_history_faults(CsvTable table, JudgedHistory& history) {
  while (table.next()) {
    HistoryFault fault;
    fault.kind = table.text(0);
    fault.operation = table.text(1);
    if (fault.kind.empty() || !is_fault_word(fault.kind)) {
      table.complain(0, "must be a word of a to z, digits and _");
    } else if (!is_fault_word(fault.operation)) {
      table.complain(1, "must be a word of a to z, digits and _, or empty");
    } else if (table.empty(2) != table.empty(3)) {
      table.complain(3, "must be known where from_ns is, and there alone");
    } else if (!table.empty(2)) {
      fault.from = read_time(table, 2);
      fault.until = read_time(table, 3);
      if (fault.until < fault.from) table.complain(3, "must not be before from_ns");
    }
    if (table.ok()) history.faults.push_back(std::move(fault));
  }
  return table.ok() ? std::nullopt : std::optional(table.complaint());
}

// The files that a history may lack, in the order in which they build on each other.
std::optional<std::string> read_optional(const HistoryCsv& texts, JudgedHistory& history) {
  std::optional<std::string> wrong;
  if (texts.run != nullptr) wrong = read_run({"run.csv", *texts.run, kRunColumns}, history);
  if (!wrong && texts.gates != nullptr) {
    wrong = read_gates({"gates.csv", *texts.gates, kGateColumns}, history);
  }
  if (!wrong && texts.reservations != nullptr) {
    wrong =
        read_reservations({"reservations.csv", *texts.reservations, kReservationColumns}, history);
  }
  if (!wrong && texts.gate_log != nullptr) {
    wrong = read_gate_log({"gate_log.csv", *texts.gate_log, kGateLogColumns}, history);
  }
  if (!wrong && texts.faults != nullptr) {
    wrong = read_history_faults({"faults.csv", *texts.faults, kFaultColumns}, history);
  }
  return wrong;
}

}  // namespace

Result<JudgedHistory> read_history_csv(HistoryCsv texts) {
  JudgedHistory history;
  auto wrong =
      read_items(CsvTable("items.csv", texts.items, kItemColumns, kOptionalItemColumns), history);
  if (!wrong) {
    wrong =
        read_operations(CsvTable("operations.csv", texts.operations, kOperationColumns), history);
  }
  if (!wrong) wrong = read_log(CsvTable("stock_log.csv", texts.stock_log, kLogColumns), history);
  if (!wrong) wrong = read_orders(CsvTable("orders.csv", texts.orders, kOrderColumns), history);
  if (!wrong) wrong = read_optional(texts, history);
  if (wrong) return invalid(*wrong);
  attribute(history);
  return history;
}

Result<JudgedHistory> read_history_csv(const std::filesystem::path& folder) {
  std::array<std::ifstream, 4> files;
  constexpr std::array<const char*, 4> kNames = {"items.csv", "operations.csv", "stock_log.csv",
                                                 "orders.csv"};
  for (std::size_t i = 0; i < files.size(); ++i) {
    const std::filesystem::path path = folder / kNames[i];
    errno = 0;
    std::error_code none;
    if (!std::filesystem::is_directory(path, none)) files[i].open(path, std::ios::binary);
    if (!files[i].is_open()) {
      return invalid(
          fmt::format("cannot read {}: {}; a history as CSV is a folder with items.csv, "
                      "operations.csv, stock_log.csv and orders.csv",
                      path.string(), errno == 0 ? "it is no file" : std::strerror(errno)));
    }
  }
  // Older ones, others', and those of shops without a gate have not all of these.
  constexpr std::array<const char*, 5> kOptional = {"run.csv", "gates.csv", "reservations.csv",
                                                    "gate_log.csv", "faults.csv"};
  std::array<std::ifstream, 5> more;
  std::array<std::istream*, 5> given{};
  for (std::size_t i = 0; i < more.size(); ++i) {
    more[i].open(folder / kOptional[i], std::ios::binary);
    if (more[i].is_open()) given[i] = &more[i];
  }
  auto read = read_history_csv(HistoryCsv{files[0], files[1], files[2], files[3], given[0],
                                          given[1], given[2], given[3], given[4]});
  if (!read) {
    return read.error().with_message(fmt::format("{}/{}", folder.string(), read.error().message()));
  }
  return read;
}

}  // namespace doorbuster
