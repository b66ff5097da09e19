#include "base/frame_pool.h"

#include <new>
#include <utility>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define DOORBUSTER_PLAIN_FRAMES 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define DOORBUSTER_PLAIN_FRAMES 1
#endif
#endif

namespace doorbuster {

#ifdef DOORBUSTER_PLAIN_FRAMES

void* allocate_frame(std::size_t bytes) { return ::operator new(bytes); }
void free_frame(void* frame, std::size_t) noexcept { ::operator delete(frame); }

#else

namespace {

constexpr std::size_t kStep = 32;
constexpr std::size_t kLargest = 2048;

struct FreeFrame {
  FreeFrame* next;
};

// Trivially destructible, so that a frame freed while the thread ends still finds it.
thread_local FreeFrame* lists[kLargest / kStep + 1];
thread_local bool closed = false;

struct Closer {
  bool armed = false;
  ~Closer() {
    closed = true;
    for (FreeFrame*& list : lists) {
      while (list != nullptr) ::operator delete(std::exchange(list, list->next));
    }
  }
};
thread_local Closer closer;

}  // namespace

void* allocate_frame(std::size_t bytes) {
  if (bytes > kLargest) return ::operator new(bytes);
  const std::size_t index = (bytes + kStep - 1) / kStep;
  FreeFrame*& list = lists[index];
  if (list == nullptr) return ::operator new(index* kStep);
  FreeFrame* frame = list;
  list = frame->next;
  return frame;
}

void free_frame(void* frame, std::size_t bytes) noexcept {
  closer.armed = true;  // touches the closer, so that its destructor is registered for this thread
  if (bytes > kLargest || closed) {
    ::operator delete(frame);
    return;
  }
  FreeFrame*& list = lists[(bytes + kStep - 1) / kStep];
  list = new (frame) FreeFrame{list};
}

#endif

}  // namespace doorbuster
