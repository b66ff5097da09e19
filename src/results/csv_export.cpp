#include <algorithm>
#include <string>

#include "history/gate_rows.h"
#include "history/operation_stream.h"
#include "results/history_export.h"

namespace doorbuster {
namespace fs = std::filesystem;
namespace {

// Empty where it is not known.
template <class Number>
std::string cell(Number value, Number unknown) {
  return value == unknown ? std::string() : fmt::format("{}", value);
}

template <class Number>
std::string cell(const std::optional<Number>& value) {
  return value ? fmt::format("{}", *value) : std::string();
}

std::string cell(OperationId op) { return cell(number(op), number(kNoOperation)); }
std::string cell(OrderKey key) { return cell(number(key), number(kNoKey)); }

std::int64_t nanoseconds(Instant time) { return since_start(time).count(); }

Result<Done> write_operations(const HistoryFile& history, const fs::path& path) {
  auto output = TextOutput::create(path);
  if (!output) return std::move(output).error();
  output->add(
      "op,buyer,item,kind,quantity,scheduled_ns,started_ns,finished_ns,outcome,value,version,"
      "source,key,attempt\n");
  OperationStream stream(history);
  while (const Operation* operation = stream.next()) {
    const Operation& o = *operation;
    output->add("{},{},{},{},{},{},{},{},{},{},{},{},{},{}\n", cell(o.op), number(o.buyer),
                number(o.item), to_string(o.kind), o.quantity, nanoseconds(o.scheduled),
                nanoseconds(o.started), cell(nanoseconds(o.finished), nanoseconds(kNever)),
                to_string(o.outcome), cell(o.value, kNoStock), cell(o.version, kNoVersion),
                to_string(o.source), cell(o.key), o.attempt);
  }
  if (stream.error()) return *stream.error();
  return output->finish();
}

Result<Done> write_items(const JudgedHistory& truth, const fs::path& path) {
  auto output = TextOutput::create(path);
  if (!output) return std::move(output).error();
  // Few strategies hold anything, and other programs know the four columns.
  const bool held = std::ranges::any_of(truth.items, [](const ItemTruth& i) { return i.held > 0; });
  output->add("item,initial_quantity,final_quantity,cached_quantity{}\n",
              held ? ",held_quantity" : "");
  for (const ItemTruth& item : truth.items) {
    output->add("{},{},{},{}{}\n", number(item.item), item.initial, item.left, cell(item.cached),
                held ? fmt::format(",{}", item.held) : "");
  }
  return output->finish();
}

Result<Done> write_orders(const JudgedHistory& truth, const fs::path& path) {
  auto output = TextOutput::create(path);
  if (!output) return std::move(output).error();
  output->add("order,op,buyer,item,quantity,key,version\n");
  for (const PlacedOrder& order : truth.orders) {
    output->add("{},{},{},{},{},{},{}\n", order.order, cell(order.op), number(order.buyer),
                number(order.item), order.quantity, cell(order.key),
                cell(order.version, kNoVersion));
  }
  return output->finish();
}

Result<Done> write_stock_log(const JudgedHistory& truth, const fs::path& path) {
  auto output = TextOutput::create(path);
  if (!output) return std::move(output).error();
  output->add("item,version,before,after,op\n");
  for (const StockChange& change : truth.stock_log) {
    output->add("{},{},{},{},{}\n", number(change.item), change.version, change.before,
                change.after, cell(change.op));
  }
  return output->finish();
}

// A time is empty where it cannot be told, and its line missing where nothing ever came back.
Result<Done> write_run(const JudgedHistory& truth, const fs::path& path) {
  auto output = TextOutput::create(path);
  if (!output) return std::move(output).error();
  output->add("fact,value\ncache_read,{}\n", truth.cache_read);
  const auto add = [&](std::string_view fact, const std::optional<Instant>& last) {
    if (last) output->add("{},{}\n", fact, cell(nanoseconds(*last), nanoseconds(kNever)));
  };
  add("last_return_ns", truth.last_return);
  add("last_gate_return_ns", truth.last_gate_return);
  return output->finish();
}

Result<Done> write_gates(const JudgedHistory& truth, const fs::path& path) {
  auto output = TextOutput::create(path);
  if (!output) return std::move(output).error();
  output->add("item,left,settled,sequence\n");
  for (const GateRow& gate : gate_rows(truth.items)) {
    output->add("{},{},{},{}\n", number(gate.item), cell(gate.left), gate.settled,
                cell(gate.sequence));
  }
  return output->finish();
}

Result<Done> write_reservations(const JudgedHistory& truth, const fs::path& path) {
  auto output = TextOutput::create(path);
  if (!output) return std::move(output).error();
  output->add("item,key,quantity,age_ns\n");
  for (const ReservationRow& row : reservation_rows(truth.items)) {
    output->add("{},{},{},{}\n", number(row.item), number(row.key), row.quantity, row.age.count());
  }
  return output->finish();
}

Result<Done> write_gate_log(const JudgedHistory& truth, const fs::path& path) {
  auto output = TextOutput::create(path);
  if (!output) return std::move(output).error();
  output->add("item,sequence,before,after,key,asked_ns,answered_ns\n");
  for (const GateChange& change : truth.gate_log) {
    output->add("{},{},{},{},{},{},{}\n", number(change.item), change.sequence, change.before,
                change.after, number(change.key), nanoseconds(change.asked),
                cell(nanoseconds(change.answered), nanoseconds(kNever)));
  }
  return output->finish();
}

// Times are empty where it never came.
Result<Done> write_faults(const std::vector<HistoryFault>& faults, const fs::path& path) {
  auto output = TextOutput::create(path);
  if (!output) return std::move(output).error();
  output->add("kind,operation,from_ns,until_ns\n");
  for (const HistoryFault& fault : faults) {
    output->add("{},{},{},{}\n", fault.kind, fault.operation,
                cell(nanoseconds(fault.from), nanoseconds(kNever)),
                cell(nanoseconds(fault.until), nanoseconds(kNever)));
  }
  return output->finish();
}

constexpr const char* kBesideOperations[] = {"faults.csv",       "items.csv",   "orders.csv",
                                             "stock_log.csv",    "run.csv",     "gates.csv",
                                             "reservations.csv", "gate_log.csv"};

}  // namespace

Result<Done> export_csv(const HistoryFile& history, const fs::path& folder) {
  if (auto done = write_operations(history, folder / "operations.csv"); !done) return done;
  // What an earlier history left in the folder is no part of this one.
  std::error_code ignored;
  for (const char* name : kBesideOperations) fs::remove(folder / name, ignored);
  if (history.end() && !history.end()->faults.empty()) {
    if (auto done = write_faults(history.end()->faults, folder / "faults.csv"); !done) return done;
  }
  const auto truth = history.truth();
  if (!truth) return Done{};
  if (auto done = write_items(*truth, folder / "items.csv"); !done) return done;
  if (auto done = write_orders(*truth, folder / "orders.csv"); !done) return done;
  if (auto done = write_stock_log(*truth, folder / "stock_log.csv"); !done) return done;
  if (auto done = write_run(*truth, folder / "run.csv"); !done) return done;
  if (gate_rows(truth->items).empty() && truth->gate_log.empty()) return Done{};
  if (auto done = write_gates(*truth, folder / "gates.csv"); !done) return done;
  if (auto done = write_reservations(*truth, folder / "reservations.csv"); !done) return done;
  return write_gate_log(*truth, folder / "gate_log.csv");
}

}  // namespace doorbuster
