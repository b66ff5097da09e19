#include "loop/event_loop.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

#include "base/completion.h"

namespace doorbuster {
namespace {

Task<int> answer_at_once() { co_return 42; }

Task<int> answer_when_posted(EventLoop* loop) {
  Completion<int> answer;
  auto completer = std::make_shared<Completer<int>>(answer.completer());
  std::thread other([loop, completer] { loop->post([completer] { completer->complete(43); }); });
  const auto given = co_await answer;
  other.join();
  co_return *given;
}

Task<int> never(Completion<int>* answer) { co_return co_await *answer; }

TEST(EventLoop, RunsATaskToItsEnd) {
  EventLoop loop;
  EXPECT_EQ(*loop.run_until_done(answer_at_once()), 42);
  EXPECT_EQ(*loop.run_until_done(answer_when_posted(&loop)), 43);
}

TEST(EventLoop, SaysWhenItWasStoppedBeforeTheTaskHadEnded) {
  EventLoop loop;
  Completion<int> answer;
  auto completer = answer.completer();
  loop.post([&loop] { loop.stop(); });
  const auto result = loop.run_until_done(never(&answer));
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().cause(), Cause::system);
}

TEST(EventLoop, TakesCallsFromOtherThreadsWhileItRuns) {
  EventLoop loop;
  int calls = 0;  // touched by the loop alone
  constexpr int kThreads = 4, kEach = 1000;
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&loop, &calls] {
      for (int n = 0; n < kEach; ++n) {
        loop.post([&loop, &calls] {
          if (++calls == kThreads * kEach) loop.stop();
        });
      }
    });
  }
  loop.run();
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(calls, kThreads * kEach);
}

}  // namespace
}  // namespace doorbuster
