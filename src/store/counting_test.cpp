#include "store/counting.h"

#include <gtest/gtest.h>

#include <optional>
#include <vector>

#include "base/completion.h"
#include "base/task_scope.h"

namespace doorbuster {
namespace {

// Answers a read, refuses all else, and keeps a Delete waiting.
class StubbornCache : public Cache {
 public:
  Task<CacheReply> execute(CacheOperation operation) override {
    if (std::holds_alternative<Get>(operation)) co_return CacheReply(std::optional<Quantity>(7));
    if (std::holds_alternative<Delete>(operation)) {
      Completion<CacheReply> answer;
      waiting = answer.completer();
      co_return co_await answer;
    }
    co_return Error(Store::redis, Cause::refused_by_server, true, "OOM", "no memory");
  }
  Completer<CacheReply> waiting;
};

template <class Op>
Task<Done> ask(Cache* cache, Op op, bool* ok) {
  const auto reply = co_await (*cache)(op);
  *ok = reply.ok();
  co_return Done{};
}

TEST(Counting, EachOperationIsCountedByKindAndByItsEnd) {
  StubbornCache inner;
  CountingCache cache(inner);
  const Key key{KeyFamily::inventory, ItemId{1}};
  bool got = false;
  bool set = true;
  bool deleted = false;
  TaskScope scope;
  scope.spawn(ask(&cache, Get{key}, &got));
  scope.spawn(ask(&cache, SetExpiring{key, 1, 1s}, &set));
  scope.spawn(ask(&cache, Delete{key}, &deleted));
  EXPECT_TRUE(got);
  EXPECT_FALSE(set);
  EXPECT_EQ(cache.of<Get>().answered, 1);
  EXPECT_EQ(cache.of<SetExpiring>().errors, 1);
  const std::vector<ErrorCount> refused = {{Store::redis, Cause::refused_by_server, "OOM", 1}};
  EXPECT_EQ(cache.errors().most_frequent_first(), refused);
  EXPECT_EQ(cache.of<Delete>().asked, 1);
  EXPECT_EQ(cache.of<Delete>().answered, 0) << "still in flight";
  inner.waiting.complete(CacheReply(Done{}));
  EXPECT_TRUE(deleted);
  EXPECT_EQ(cache.of<Delete>().answered, 1);
  EXPECT_EQ(cache.operations(), 3);
  EXPECT_EQ(cache.errors().total(), 1);
  EXPECT_EQ(cache.given_up(), 0);
}

TEST(Counting, AnOperationIsGivenUpByWhoIsDestroyedBeforeItEnds) {
  StubbornCache inner;
  CountingCache cache(inner);
  const Key key{KeyFamily::inventory, ItemId{1}};
  bool read = false;
  bool deleted = false;
  TaskScope scope;
  scope.spawn(ask(&cache, Get{key}, &read));
  scope.spawn(ask(&cache, Delete{key}, &deleted));
  EXPECT_EQ(cache.given_up(), 0);
  scope.destroy_all();
  EXPECT_EQ(cache.given_up(), 1);
}

}  // namespace
}  // namespace doorbuster
