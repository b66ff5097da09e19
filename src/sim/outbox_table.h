// The outbox of a simulated PostgreSQL: the news that committed purchases left, until they are
// relayed. The news of one item come in the order of their versions, as its row lock makes them.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <unordered_map>

#include "base/time.h"
#include "store/database_operations.h"

namespace doorbuster {

class OutboxTable {
 public:
  void clear();
  void append(ItemId item, Stock made, Instant committed);
  ReadOutbox::Reply read(Instant now) const;
  std::int64_t news_up_to(ItemId item, Version version) const;
  RowCount mark_relayed(ItemId item, Version version);

 private:
  struct News {
    std::uint64_t sequence = 0;
    Stock made;
    Instant committed{};
  };

  std::uint64_t next_sequence_ = 0;
  std::unordered_map<ItemId, std::deque<News>> unrelayed_;  // looked up, never iterated
  std::map<std::uint64_t, ItemId> oldest_;                  // of each item that has news
};

}  // namespace doorbuster
