// Memory for coroutine frames: free lists by size, one set a thread, so that spawning a buyer and
// awaiting an operation do not reach the general allocator. A frame may be freed on another thread
// than it was made on; it then serves that thread. Under sanitizers every frame is a plain
// allocation, so that a use after destruction is seen. Frames above kLargest bytes are plain
// allocations too.
#pragma once

#include <cstddef>

namespace doorbuster {

void* allocate_frame(std::size_t bytes);
void free_frame(void* frame, std::size_t bytes) noexcept;

}  // namespace doorbuster
