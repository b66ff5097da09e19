#include "base/frame_pool.h"

#include <mutex>
#include <new>
#include <utility>

#include "base/frames_alive.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define DOORBUSTER_PLAIN_FRAMES 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define DOORBUSTER_PLAIN_FRAMES 1
#endif
#endif

namespace doorbuster {
namespace {

thread_local std::int64_t frames_here = 0;

}  // namespace

std::int64_t frames_alive() { return frames_here; }

#ifdef DOORBUSTER_PLAIN_FRAMES

void* allocate_frame(std::size_t bytes) {
  ++frames_here;
  return ::operator new(bytes);
}
void free_frame(void* frame, std::size_t) noexcept {
  --frames_here;
  ::operator delete(frame);
}

#else

namespace {

constexpr std::size_t kStep = 16;  // what operator new aligns to
constexpr std::size_t kLargest = 2048;
constexpr std::size_t kChunk = 64 * 1024;

struct FreeFrame {
  FreeFrame* next;
};

struct FreeLists {
  FreeFrame* of_size[kLargest / kStep + 1];  // in steps

  void push(std::size_t steps, void* frame) {
    of_size[steps] = new (frame) FreeFrame{of_size[steps]};
  }
  void* pop(std::size_t steps) {
    FreeFrame* frame = of_size[steps];
    if (frame != nullptr) of_size[steps] = frame->next;
    return frame;
  }
  void take_all(FreeLists& other) {
    for (std::size_t steps = 0; steps <= kLargest / kStep; ++steps) {
      while (void* frame = other.pop(steps)) push(steps, frame);
    }
  }
};

// What threads that thread_ended left behind; the next thread takes it over.
std::mutex left_mutex;
FreeLists left;

// Trivially destructible, so that a frame freed while the thread ends still finds them.
thread_local FreeLists lists;
thread_local char* fresh = nullptr;  // the rest of this thread's newest chunk
thread_local std::size_t fresh_bytes = 0;
thread_local bool thread_ended = false;

struct Leaver {
  bool armed = false;
  ~Leaver() {
    thread_ended = true;
    const std::lock_guard lock(left_mutex);
    left.take_all(lists);
  }
};
thread_local Leaver leaver;

// A frame that never was one before. Chunks live as long as the program: their frames may be in the
// hands of any thread.
void* carve(std::size_t bytes) {
  if (fresh_bytes < bytes) {
    leaver.armed = true;  // touched, so that its destructor is registered for this thread
    {
      const std::lock_guard lock(left_mutex);
      lists.take_all(left);
    }
    if (void* frame = lists.pop(bytes / kStep)) return frame;
    fresh = static_cast<char*>(::operator new(kChunk));
    fresh_bytes = kChunk;
  }
  fresh_bytes -= bytes;
  return std::exchange(fresh, fresh + bytes);
}

}  // namespace

void* allocate_frame(std::size_t bytes) {
  ++frames_here;
  if (bytes > kLargest) return ::operator new(bytes);
  const std::size_t steps = (bytes + kStep - 1) / kStep;
  if (void* frame = lists.pop(steps)) return frame;
  return carve(steps * kStep);
}

void free_frame(void* frame, std::size_t bytes) noexcept {
  --frames_here;
  if (bytes > kLargest) {
    ::operator delete(frame);
    return;
  }
  const std::size_t steps = (bytes + kStep - 1) / kStep;
  if (thread_ended) {
    const std::lock_guard lock(left_mutex);
    left.push(steps, frame);
  } else {
    leaver.armed = true;
    lists.push(steps, frame);
  }
}

#endif

}  // namespace doorbuster
