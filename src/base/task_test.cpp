#include "base/task.h"

#include <gtest/gtest.h>

#include <cstring>
#include <memory>
#include <stdexcept>
#include <thread>
#include <vector>

#include "base/completion.h"
#include "base/suspended.h"
#include "base/task_scope.h"

namespace doorbuster {
namespace {

Task<int> answer(int value) { co_return value; }

Task<int> failing() { co_return invalid("no such thing"); }

Task<int> sum_to(int count) {
  int sum = 0;
  for (int i = 0; i < count; ++i) {
    const auto one = co_await answer(1);
    sum += *one;
  }
  co_return sum;
}

Task<Done> keep(Task<int> task, std::vector<int>* kept) {
  const auto result = co_await std::move(task);
  kept->push_back(result ? *result : -1);
  co_return Done{};
}

Task<int> wait_for(Completion<int>* completion) { co_return co_await *completion; }

Task<int> hold(std::shared_ptr<int> held, Completion<int>* completion) {
  const auto result = co_await wait_for(completion);
  co_return *result + *held;
}

TEST(Task, GivesItsValueToWhoAwaitsIt) {
  std::vector<int> kept;
  TaskScope scope;
  scope.spawn(keep(answer(7), &kept));
  EXPECT_EQ(kept, std::vector<int>{7});
  EXPECT_EQ(scope.alive(), 0U);
}

TEST(Task, GivesAnErrorAsAResult) {
  std::vector<int> kept;
  TaskScope scope;
  scope.spawn(keep(failing(), &kept));
  EXPECT_EQ(kept, std::vector<int>{-1});
}

TEST(Task, AMillionOperationsThatCompleteAtOnceUseNoStack) {
  std::vector<int> kept;
  TaskScope scope;
  scope.spawn(keep(sum_to(1'000'000), &kept));
  EXPECT_EQ(kept, std::vector<int>{1'000'000});
}

TEST(Task, ResumesThroughTheWholeChainWhenTheAnswerComes) {
  std::vector<int> kept;
  Completion<int> completion;
  Completer<int> completer = completion.completer();
  TaskScope scope;
  scope.spawn(keep(hold(std::make_shared<int>(1), &completion), &kept));
  EXPECT_EQ(scope.alive(), 1U);
  completer.complete(41);
  EXPECT_EQ(kept, std::vector<int>{42});
  EXPECT_EQ(scope.alive(), 0U);
}

TEST(Task, DestroyingASuspendedChainFreesAllItHolds) {
  auto held = std::make_shared<int>(1);
  std::vector<int> kept;
  Completion<int> completion;
  Completer<int> completer = completion.completer();
  {
    TaskScope scope;
    scope.spawn(keep(hold(held, &completion), &kept));
    scope.spawn(keep(answer(2), &kept));
    EXPECT_EQ(held.use_count(), 2);
  }
  EXPECT_EQ(held.use_count(), 1);
  EXPECT_EQ(kept, std::vector<int>{2});
}

TEST(Task, ATaskThatWasNeverAwaitedIsFreed) {
  auto held = std::make_shared<int>(1);
  Completion<int> completion;
  { auto task = hold(held, &completion); }
  EXPECT_EQ(held.use_count(), 1);
}

Task<int> throwing() {
  throw std::runtime_error("thrown inside");
  co_return 0;
}

TEST(TaskDeathTest, AnExceptionThatLeavesATaskEndsTheProgramWithItsWords) {
  std::vector<int> kept;
  TaskScope scope;
  EXPECT_DEATH(scope.spawn(keep(throwing(), &kept)), "thrown inside");
}

Task<int> leaf(Completer<int>* out) {
  Completion<int> completion;
  *out = completion.completer();
  co_return co_await completion;
}

TEST(Completion, MayBeGoneBeforeTheAnswerComes) {
  std::vector<int> kept;
  Completer<int> completer;
  {
    TaskScope scope;
    scope.spawn(keep(leaf(&completer), &kept));
    EXPECT_FALSE(completer.abandoned());
  }
  EXPECT_TRUE(completer.abandoned());
  completer.complete(1);
  EXPECT_TRUE(kept.empty());
}

TEST(Completion, FollowsACompleterThatMoves) {
  std::vector<int> kept;
  Completer<int> first;
  TaskScope scope;
  scope.spawn(keep(leaf(&first), &kept));
  Completer<int> second = std::move(first);
  second.complete(5);
  EXPECT_EQ(kept, std::vector<int>{5});
}

TEST(Completion, AnsweredBeforeItIsAwaitedCompletesAtOnce) {
  Completion<int> completion;
  completion.completer().complete(3);
  std::vector<int> kept;
  TaskScope scope;
  scope.spawn(keep(wait_for(&completion), &kept));
  EXPECT_EQ(kept, std::vector<int>{3});
}

Task<Done> note_whose(Completion<int>* answer, std::vector<const TaskScope*>* whose) {
  whose->push_back(running_in);
  (void)co_await wait_for(answer);
  whose->push_back(running_in);
  co_return Done{};
}

Task<Done> complete(Completer<int>* other, std::vector<const TaskScope*>* whose) {
  other->complete(1);
  whose->push_back(running_in);
  co_return Done{};
}

TEST(TaskScope, WhoseTaskRunsIsKnownAlsoWhereAnotherScopesTaskResumedIt) {
  Completion<int> answer;
  Completer<int> asked = answer.completer();
  std::vector<const TaskScope*> whose;
  TaskScope buyers;
  TaskScope relays;
  buyers.spawn(note_whose(&answer, &whose));
  EXPECT_EQ(running_in, nullptr);
  relays.spawn(complete(&asked, &whose));
  EXPECT_EQ(whose, (std::vector<const TaskScope*>{&buyers, &buyers, &relays}));
  EXPECT_EQ(running_in, nullptr);
}

// Frames made on threads that ended are freed here and used again there, thousands of each.
TEST(FramePool, FramesOutliveTheThreadThatMadeThem) {
  for (int round = 0; round < 20; ++round) {
    std::vector<std::pair<void*, std::size_t>> frames;
    std::thread([&] {
      for (std::size_t i = 0; i < 5000; ++i) {
        const std::size_t bytes = 8 + i % 600;
        void* frame = allocate_frame(bytes);
        std::memset(frame, static_cast<int>(i), bytes);
        frames.emplace_back(frame, bytes);
      }
    }).join();
    for (std::size_t i = 0; i < frames.size(); ++i) {
      const auto [frame, bytes] = frames[i];
      EXPECT_EQ(static_cast<unsigned char*>(frame)[bytes - 1], i % 256) << "frames overlap";
      free_frame(frame, bytes);
    }
  }
}

}  // namespace
}  // namespace doorbuster
