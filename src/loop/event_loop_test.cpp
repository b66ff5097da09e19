#include "loop/event_loop.h"

#include <gtest/gtest.h>

#include "base/completion.h"

namespace doorbuster {
namespace {

Task<int> answer_at_once() { co_return 42; }

Task<int> answer_after_a_turn(EventLoop* loop) {
  (void)co_await loop->next_turn();
  co_return 43;
}

Task<int> never(Completion<int>* answer) { co_return co_await *answer; }

Task<Done> stop_after_a_turn(EventLoop* loop) {
  (void)co_await loop->next_turn();
  loop->stop();
  co_return Done{};
}

TEST(EventLoop, RunsATaskToItsEnd) {
  EventLoop loop;
  EXPECT_EQ(*loop.run_until_done(answer_at_once()), 42);
  EXPECT_EQ(*loop.run_until_done(answer_after_a_turn(&loop)), 43);
}

TEST(EventLoop, ResumesInALaterTurn) {
  EventLoop loop;
  TaskScope scope;
  scope.spawn(stop_after_a_turn(&loop));
  EXPECT_EQ(scope.alive(), 1u) << "not from within the call";
  loop.run();
  EXPECT_EQ(scope.alive(), 0u);
  EXPECT_EQ(*loop.run_until_done(answer_after_a_turn(&loop)), 43) << "runs again";
}

TEST(EventLoop, SaysWhenItWasStoppedBeforeTheTaskHadEnded) {
  EventLoop loop;
  Completion<int> answer;
  auto completer = answer.completer();
  TaskScope scope;
  scope.spawn(stop_after_a_turn(&loop));
  const auto result = loop.run_until_done(never(&answer));
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().cause(), Cause::system);
}

}  // namespace
}  // namespace doorbuster
