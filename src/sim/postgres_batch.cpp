// Several purchases of one item in one statement: the stock row first, then their keys in turn; an
// error rolls all of it back.
#include <algorithm>

#include "base/check.h"
#include "sim/postgres_state.h"

namespace doorbuster {
namespace {

std::span<const TakeBatch::Line> lines_of(const TakeBatch& batch) {
  CHECK(batch.size >= 1, "a batch of {} orders", batch.size);
  return std::span(batch.lines).first(static_cast<std::size_t>(batch.size));
}

// Whether a line before this one has its key.
bool is_repeated(std::span<const TakeBatch::Line> lines, std::size_t index) {
  return std::ranges::any_of(lines.first(index), [&](const TakeBatch::Line& before) {
    return before.key == lines[index].key;
  });
}

}  // namespace

PostgresState::Execution PostgresState::execute_batch(Transaction transaction,
                                                      const TakeBatch& batch) {
  Update update;
  if (Item* item = find(batch.item)) update.row = &item->row;
  if (update.row != nullptr) update.becomes = update.row->stock.quantity - batch.units();
  update.least = batch.units();
  if (auto ended = take_row(transaction, batch, update)) return *std::move(ended);

  const auto lines = lines_of(batch);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    std::optional<Execution> ended;
    if (is_repeated(lines, i)) {
      ended = Execution{Progress::answered, duplicate_key(lines[i].key)};
    } else {
      ended = take_key(transaction, lines[i].key);
    }
    if (!ended) continue;
    if (ended->progress == Progress::answered) {
      for (const TakeBatch::Line& line : lines) release_key(transaction, line.key);
      release(*update.row);
    }
    return *std::move(ended);
  }
  return {Progress::locked, std::nullopt};
}

DatabaseReply PostgresState::commit_batch(Transaction transaction, const TakeBatch& batch) {
  Row& row = find(batch.item)->row;
  CHECK(row.holder == transaction, "a commit without its row lock");
  for (const TakeBatch::Line& line : lines_of(batch)) {
    change(batch.item, row, {row.stock.quantity - line.quantity, row.stock.version + 1});
    write_order(transaction, Order{line.key, line.buyer, batch.item, line.quantity},
                row.stock.version);
  }
  const std::optional<Stock> left = row.stock;
  release(row);
  return left;
}

// Nobody used it after all: who waits for it may.
void PostgresState::release_key(Transaction transaction, OrderKey key) {
  KeyState& state = keys_[key];
  if (state.holder != transaction) return;
  state.holder.reset();
  called_.insert(called_.end(), state.waiting.begin(), state.waiting.end());
  state.waiting.clear();
}

}  // namespace doorbuster
