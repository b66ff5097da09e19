#include "history/operation_source.h"

#include <numeric>

#include "base/sort_indices.h"

namespace doorbuster {

OperationsInMemory::OperationsInMemory(const JudgedHistory& history)
    : history_(history), by_start_(history.operations.size()) {
  std::iota(by_start_.begin(), by_start_.end(), 0U);
  sort_indices(std::span(by_start_), [&history](std::uint32_t position) {
    return since_start(history.operations[position].started).count();
  });
}

}  // namespace doorbuster
