#include "sim/outbox_table.h"

#include "base/check.h"

namespace doorbuster {

void OutboxTable::clear() {
  next_sequence_ = 0;
  unrelayed_.clear();
  oldest_.clear();
}

void OutboxTable::append(ItemId item, Stock made, Instant committed) {
  std::deque<News>& news = unrelayed_[item];
  CHECK(news.empty() || news.back().made.version < made.version,
        "news of version {} of item {} after its version {}", made.version, number(item),
        news.back().made.version);
  if (news.empty()) oldest_.emplace(next_sequence_, item);
  news.push_back({next_sequence_++, made, committed});
}

ReadOutbox::Reply OutboxTable::read(Instant now) const {
  if (oldest_.empty()) return std::nullopt;
  const ItemId item = oldest_.begin()->second;
  const std::deque<News>& news = unrelayed_.at(item);
  return ReadOutbox::News{item, news.back().made, now - news.front().committed};
}

std::int64_t OutboxTable::news_up_to(ItemId item, Version version) const {
  const auto found = unrelayed_.find(item);
  if (found == unrelayed_.end()) return 0;
  std::int64_t rows = 0;
  for (const News& news : found->second) {
    if (news.made.version > version) break;
    ++rows;
  }
  return rows;
}

RowCount OutboxTable::mark_relayed(ItemId item, Version version) {
  const std::int64_t rows = news_up_to(item, version);
  if (rows == 0) return {};
  std::deque<News>& news = unrelayed_.at(item);
  oldest_.erase(news.front().sequence);
  news.erase(news.begin(), news.begin() + rows);
  if (!news.empty()) oldest_.emplace(news.front().sequence, item);
  return {rows};
}

}  // namespace doorbuster
