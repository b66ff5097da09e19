#include "sim/scheduler.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "base/check.h"

namespace doorbuster {
namespace {

std::uint64_t mix(std::uint64_t hash, std::uint64_t value) {
  hash = (hash ^ value) * 0x9e3779b97f4a7c15U;
  return hash ^ (hash >> 32);
}

std::uint64_t mix(std::uint64_t hash, std::string_view text) {
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211U;
  return hash;
}

}  // namespace

Scheduler::StepId Scheduler::park(Instant due, int client, StepKind kind,
                                  std::string_view operation, Action action) {
  const Step step{next_order_++, std::max(due, now_), client, kind, operation};
  ++parked_;
  if (chooser_ != nullptr) {
    list_.push_back(step);
    actions_.push_back(action);
    return {step.order, 0};
  }
  std::uint32_t slot = 0;
  if (free_.empty()) {
    slot = static_cast<std::uint32_t>(slots_.size());
    slots_.push_back({step, action});
  } else {
    slot = free_.back();
    free_.pop_back();
    slots_[slot] = {step, action};
  }
  heap_.push_back({step.due, step.order, slot});
  std::push_heap(heap_.begin(), heap_.end(), std::greater<>());
  return {step.order, slot};
}

void Scheduler::cancel(StepId id) {
  if (id.order == 0) return;
  if (chooser_ != nullptr) {
    const auto found =
        std::lower_bound(list_.begin(), list_.end(), id.order,
                         [](const Step& step, std::uint64_t order) { return step.order < order; });
    if (found == list_.end() || found->order != id.order) return;
    actions_.erase(actions_.begin() + (found - list_.begin()));
    list_.erase(found);
    --parked_;
    return;
  }
  if (id.slot >= slots_.size() || slots_[id.slot].step.order != id.order) return;
  slots_[id.slot].step.order = 0;
  free_.push_back(id.slot);
  --parked_;
  // Mostly deadlines far ahead, which replies cancel: they must not fill the heap.
  if (heap_.size() > 1024 && heap_.size() > 4 * parked_) {
    std::erase_if(heap_,
                  [this](const Due& due) { return slots_[due.slot].step.order != due.order; });
    std::make_heap(heap_.begin(), heap_.end(), std::greater<>());
  }
}

bool Scheduler::discard_cancelled() {
  while (!heap_.empty() && slots_[heap_.front().slot].step.order != heap_.front().order) {
    std::pop_heap(heap_.begin(), heap_.end(), std::greater<>());
    heap_.pop_back();
  }
  return !heap_.empty();
}

bool Scheduler::take_first_due(Slot* taken) {
  if (!discard_cancelled()) return false;
  const std::uint32_t slot = heap_.front().slot;
  std::pop_heap(heap_.begin(), heap_.end(), std::greater<>());
  heap_.pop_back();
  *taken = slots_[slot];
  slots_[slot].step.order = 0;
  free_.push_back(slot);
  return true;
}

bool Scheduler::take_chosen(Slot* taken) {
  if (list_.empty()) return false;
  const std::size_t index = chooser_->choose(list_);
  CHECK(index < list_.size(), "a chooser chose step {} of {}", index, list_.size());
  *taken = {list_[index], actions_[index]};
  list_.erase(list_.begin() + static_cast<std::ptrdiff_t>(index));
  actions_.erase(actions_.begin() + static_cast<std::ptrdiff_t>(index));
  return true;
}

bool Scheduler::step() {
  Slot taken;
  if (!(chooser_ == nullptr ? take_first_due(&taken) : take_chosen(&taken))) return false;
  --parked_;
  happen(taken);
  return true;
}

void Scheduler::happen(const Slot& slot) {
  now_ = std::max(now_, slot.step.due);
  ++steps_;
  hash_ = mix(hash_, static_cast<std::uint64_t>(since_start(now_).count()));
  hash_ = mix(hash_, static_cast<std::uint64_t>(slot.step.client) * 16 +
                         static_cast<std::uint64_t>(slot.step.kind));
  hash_ = mix(hash_, slot.step.operation);
  if (trace_ != nullptr) trace_->push_back(slot.step);
  slot.action.run(slot.action.self, slot.action.argument);
}

void Scheduler::run_until(Instant when) {
  CHECK(first_due(), "run_until() knows no order but first due");
  while (discard_cancelled() && heap_.front().due <= when) step();
  now_ = std::max(now_, when);
}

}  // namespace doorbuster
