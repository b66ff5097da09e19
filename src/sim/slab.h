// Slab<T>: slots that stay where they are, named by a number that is used again after erase().
// One thread.
#pragma once

#include <cstdint>
#include <deque>
#include <utility>
#include <vector>

namespace doorbuster {

template <class T>
class Slab {
 public:
  std::uint32_t insert(T value) {
    if (free_.empty()) {
      slots_.push_back(std::move(value));
      return static_cast<std::uint32_t>(slots_.size() - 1);
    }
    const std::uint32_t id = free_.back();
    free_.pop_back();
    slots_[id] = std::move(value);
    return id;
  }
  T& operator[](std::uint32_t id) { return slots_[id]; }
  T take(std::uint32_t id) {
    free_.push_back(id);
    return std::move(slots_[id]);
  }
  std::size_t size() const { return slots_.size() - free_.size(); }

 private:
  std::deque<T> slots_;
  std::vector<std::uint32_t> free_;
};

}  // namespace doorbuster
