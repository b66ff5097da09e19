// Memory for coroutine frames: free lists by size, one set a thread, over chunks that are carved
// up, so that spawning a buyer and awaiting an operation do not reach the general allocator and a
// waiting buyer pays for no allocator's header. A frame may be freed on another thread than it was
// made on; it then serves that thread, and what a thread leaves behind serves the next. Chunks are
// kept until the program ends. Under sanitizers every frame is a plain allocation, so that a use
// after destruction is seen.
#pragma once

#include <cstddef>

namespace doorbuster {

void* allocate_frame(std::size_t bytes);
void free_frame(void* frame, std::size_t bytes) noexcept;

}  // namespace doorbuster
