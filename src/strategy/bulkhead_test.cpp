#include "strategy/bulkhead.h"

#include <gtest/gtest.h>

#include "base/completion.h"
#include "base/task_scope.h"

namespace doorbuster {
namespace {

TEST(Bulkhead, LetsSoManyInAndTheNextWhenOneLeaves) {
  Bulkhead bulkhead(2);
  auto first = bulkhead.enter();
  {
    const auto second = bulkhead.enter();
    EXPECT_TRUE(first && second);
    EXPECT_FALSE(bulkhead.enter());
  }
  EXPECT_TRUE(bulkhead.enter());
  const Bulkhead::Place moved = *std::move(first);
  EXPECT_TRUE(bulkhead.enter()) << "a place that was moved is one place";
}

Task<Done> stay(Bulkhead* bulkhead, Completer<Done>* leave) {
  const auto place = bulkhead->enter();
  Completion<Done> never;
  *leave = never.completer();
  co_return co_await never;
}

TEST(Bulkhead, GetsThePlaceBackOfOneWhoIsCut) {
  Bulkhead bulkhead(1);
  Completer<Done> never;
  {
    TaskScope inside;
    inside.spawn(stay(&bulkhead, &never));
    EXPECT_FALSE(bulkhead.enter());
  }
  EXPECT_TRUE(bulkhead.enter());
}

}  // namespace
}  // namespace doorbuster
