// The operations of a history file in order of their starts, ties by their number, whatever shard
// they are of. Blocks are read when their first operation's turn comes and forgotten after their
// last, so that memory holds those that overlap in time: what ended while the longest operation
// went on, never the whole file. One thread; the file outlives it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "history/history_file.h"
#include "history/operation_source.h"

namespace doorbuster {

class OperationStream final : public OperationSource {
 public:
  explicit OperationStream(const HistoryFile& file);

  const Operation* next() override;  // after an error(): nullptr
  const std::optional<Error>& error() const { return error_; }

  std::size_t most_open() const { return most_open_; }  // blocks in memory at once, so far

 private:
  struct Place {  // in a block; small, for sorting
    Instant started;
    OperationId op;
    std::uint32_t index;
    friend auto operator<=>(const Place&, const Place&) = default;
  };
  struct OpenBlock {
    std::vector<Operation> operations;
    std::vector<Place> order;
    std::size_t next = 0;
    const Place& front() const { return order[next]; }
  };

  bool open_block(const BlockPlace& place);
  bool may_come_first(const BlockPlace& block) const;
  static bool later(const OpenBlock* a, const OpenBlock* b) { return a->front() > b->front(); }

  const HistoryFile& file_;
  std::vector<BlockPlace> waiting_;  // blocks of operations, the next to open last
  std::vector<std::unique_ptr<OpenBlock>> memory_;
  std::vector<OpenBlock*> free_;
  std::vector<OpenBlock*> open_;  // a heap, the earliest operation on top
  OpenBlock* current_ = nullptr;  // not in the heap: its front is what next() gave last
  std::string payload_;
  std::size_t most_open_ = 0;
  std::optional<Error> error_;
};

}  // namespace doorbuster
