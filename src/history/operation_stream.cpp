#include "history/operation_stream.h"

#include <fmt/format.h>

#include <algorithm>

#include "history/codec.h"

namespace doorbuster {

OperationStream::OperationStream(const HistoryFile& file) : file_(file) {
  for (const BlockPlace& block : file.blocks()) {
    if (block.head.kind == BlockKind::operations && block.head.records > 0) {
      waiting_.push_back(block);
    }
  }
  std::ranges::stable_sort(waiting_, [](const BlockPlace& a, const BlockPlace& b) {
    return a.head.first > b.head.first;
  });
}

const Operation* OperationStream::next() {
  if (error_) return nullptr;
  if (current_ != nullptr && ++current_->next == current_->order.size()) {
    free_.push_back(current_);
    current_ = nullptr;
  }
  while (!waiting_.empty() && may_come_first(waiting_.back())) {
    const BlockPlace place = waiting_.back();
    waiting_.pop_back();
    if (!open_block(place)) return nullptr;
  }
  // Mostly the earliest operation is of the same block as the one before: the heap rests.
  const bool from_heap = current_ == nullptr || (!open_.empty() && later(current_, open_.front()));
  if (from_heap && open_.empty()) return nullptr;
  if (from_heap) {
    std::ranges::pop_heap(open_, later);
    if (current_ != nullptr) {
      std::swap(current_, open_.back());
      std::ranges::push_heap(open_, later);
    } else {
      current_ = open_.back();
      open_.pop_back();
    }
  }
  return &current_->operations[current_->front().index];
}

// Whether an operation of this block may start before all of the open ones.
bool OperationStream::may_come_first(const BlockPlace& block) const {
  const Instant first = block.head.first;
  return (current_ == nullptr || first <= current_->front().started) &&
         (open_.empty() || first <= open_.front()->front().started);
}

bool OperationStream::open_block(const BlockPlace& place) {
  if (!file_.read_payload(place, payload_)) {
    error_ = file_.changed();
    return false;
  }
  if (free_.empty()) {
    memory_.push_back(std::make_unique<OpenBlock>());
    free_.push_back(memory_.back().get());
  }
  OpenBlock* block = free_.back();
  const bool sound = decode(payload_, place.head.records, block->operations);
  block->order.clear();
  block->next = 0;
  for (const Operation& operation : block->operations) {
    block->order.push_back(
        {operation.started, operation.op, static_cast<std::uint32_t>(block->order.size())});
  }
  std::ranges::sort(block->order);
  if (!sound || block->front().started != place.head.first) {
    error_ = invalid(fmt::format("{}: block {} holds what no doorbuster writes",
                                 file_.path().string(), place.head.sequence));
    return false;
  }
  free_.pop_back();
  open_.push_back(block);
  std::ranges::push_heap(open_, later);
  most_open_ = std::max(most_open_, open_.size());
  return true;
}

}  // namespace doorbuster
