// The statements on holds: what a confirmation, a release and a sweep lock, in which order, and
// what they make of it. Each begins at the hold and goes on to the stock row (a sweep to several,
// by item), so that no two wait for each other.
#include <algorithm>

#include "base/check.h"
#include "sim/postgres_state.h"

namespace doorbuster {
namespace {

PostgresState::Execution answered(DatabaseReply reply) {
  return {PostgresState::Progress::answered, Result<DatabaseReply>(std::move(reply))};
}
PostgresState::Execution waiting() { return {PostgresState::Progress::waiting, std::nullopt}; }
PostgresState::Execution locked() { return {PostgresState::Progress::locked, std::nullopt}; }

}  // namespace

std::optional<PostgresState::Execution> PostgresState::execute_on_holds(
    Transaction transaction, const DatabaseOperation& operation, Instant now) {
  if (const auto* confirm = std::get_if<ConfirmHold>(&operation)) {
    return execute_confirm(transaction, *confirm, now);
  }
  if (const auto* release = std::get_if<ReleaseHold>(&operation)) {
    return execute_release(transaction, *release);
  }
  if (const auto* sweep = std::get_if<SweepHolds>(&operation)) {
    return execute_sweep(transaction, *sweep, now);
  }
  return std::nullopt;
}

// The key of a new hold, as take_key() of a new order. The hold is made unseen.
std::optional<PostgresState::Execution> PostgresState::take_hold_key(Transaction transaction,
                                                                     const Order& order) {
  HoldTable::Row* there = holds_.find(order.key);
  if (there == nullptr) {
    holds_.insert(order, transaction);
    return std::nullopt;
  }
  if (there->holder == transaction) return std::nullopt;
  if (there->committed) return Execution{Progress::answered, duplicate_key(order.key)};
  there->waiting.push_back(transaction);
  return waiting();
}

// Nothing: the lock is held, go on.
std::optional<PostgresState::Execution> PostgresState::lock_hold(Transaction transaction,
                                                                 HoldTable::Row* hold,
                                                                 bool wanted) {
  if (hold != nullptr && hold->holder == transaction) return std::nullopt;
  if (!wanted) return answered(RowCount{});
  if (hold->holder) {
    hold->waiting.push_back(transaction);
    return waiting();
  }
  hold->holder = transaction;
  return std::nullopt;
}

bool PostgresState::lock_stock(Transaction transaction, ItemId item) {
  Row& row = find(item)->row;
  if (row.holder == transaction) return true;
  if (row.holder) {
    row.waiting.push_back(transaction);
    return false;
  }
  row.holder = transaction;
  return true;
}

PostgresState::Execution PostgresState::execute_confirm(Transaction transaction,
                                                        const ConfirmHold& confirm, Instant now) {
  HoldTable::Row* hold = holds_.find(confirm.key);
  const bool stands =
      hold != nullptr && hold->committed && hold->state == HoldState::held && hold->expires > now;
  if (auto ended = lock_hold(transaction, hold, stands)) return *std::move(ended);
  auto ended = take_key(transaction, confirm.key);
  if (ended && ended->progress == Progress::answered) release(*hold);
  if (ended) return *std::move(ended);
  return locked();
}

PostgresState::Execution PostgresState::execute_release(Transaction transaction,
                                                        const ReleaseHold& release) {
  HoldTable::Row* hold = holds_.find(release.key);
  const bool wanted = hold != nullptr && hold->committed &&
                      (hold->state == HoldState::held || !release.only_if_held);
  if (auto ended = lock_hold(transaction, hold, wanted)) return *std::move(ended);
  return lock_stock(transaction, hold->order.item) ? locked() : waiting();
}

PostgresState::Execution PostgresState::execute_sweep(Transaction transaction,
                                                      const SweepHolds& sweep, Instant now) {
  std::vector<HoldTable::Row*>& swept = sweeps_[transaction];
  if (swept.empty()) {
    swept = holds_.overdue(now, sweep.most);
    for (HoldTable::Row* hold : swept) hold->holder = transaction;
    std::stable_sort(swept.begin(), swept.end(),
                     [](const auto* a, const auto* b) { return a->order.item < b->order.item; });
  }
  if (swept.empty()) {
    sweeps_.erase(transaction);
    return answered(SweepHolds::Reply{});
  }
  for (const HoldTable::Row* hold : swept) {
    if (!lock_stock(transaction, hold->order.item)) return waiting();
  }
  return locked();
}

std::optional<DatabaseReply> PostgresState::commit_on_holds(Transaction transaction,
                                                            const DatabaseOperation& operation,
                                                            Instant now) {
  if (const auto* confirm = std::get_if<ConfirmHold>(&operation)) {
    HoldTable::Row& hold = *holds_.find(confirm->key);
    holds_.move_to(hold, HoldState::paid);
    write_order(transaction, hold.order, hold.version);
    release(hold);
    return RowCount{1};
  }
  if (const auto* released = std::get_if<ReleaseHold>(&operation)) {
    HoldTable::Row& hold = *holds_.find(released->key);
    give_back(hold, HoldState::released);
    release(find(hold.order.item)->row);
    return RowCount{1};
  }
  if (!std::holds_alternative<SweepHolds>(operation)) return std::nullopt;
  const auto sweep = sweeps_.extract(transaction);
  CHECK(!sweep.empty(), "a commit without its holds");
  SweepHolds::Reply reply;
  const HoldTable::Row* last = nullptr;
  for (HoldTable::Row* hold : sweep.mapped()) {
    if (last != nullptr && last->order.item != hold->order.item) {
      release(find(last->order.item)->row);
    }
    last = hold;
    ++reply.holds;
    reply.units += hold->order.quantity;
    reply.longest = std::max(reply.longest, now - hold->placed);
    give_back(*hold, HoldState::expired);
  }
  release(find(last->order.item)->row);
  return reply;
}

void PostgresState::give_back(HoldTable::Row& hold, HoldState state) {
  Row& row = find(hold.order.item)->row;
  change(hold.order.item, row, {row.stock.quantity + hold.order.quantity, row.stock.version + 1});
  holds_.move_to(hold, state);
  release(hold);
}

void PostgresState::release(HoldTable::Row& hold) {
  hold.holder.reset();
  called_.insert(called_.end(), hold.waiting.begin(), hold.waiting.end());
  hold.waiting.clear();
}

}  // namespace doorbuster
