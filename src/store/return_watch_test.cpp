#include "store/return_watch.h"

#include <gtest/gtest.h>

#include "base/completion.h"
#include "base/task_scope.h"

namespace doorbuster {
namespace {

class StoppedClock : public Clock {
 public:
  Instant now() const override { return at; }
  void set(Alarm&, Instant) override { CHECK(false, "nobody waits here"); }
  void unset(Alarm&) override {}
  Instant at = kRunStart;
};

// Answers when it is told to.
class WaitingDatabase : public Database {
 public:
  Task<DatabaseReply> execute(DatabaseOperation) override {
    Completion<DatabaseReply> answer;
    waiting = answer.completer();
    co_return co_await answer;
  }
  Completer<DatabaseReply> waiting;
};

Error unreachable(bool definite) {
  return Error(Store::postgres, Cause::connection_lost, definite, "", "the server is gone");
}

class ReturnsToStock : public testing::Test {
 protected:
  void ask(DatabaseOperation operation) { asking_.spawn(pass_on(&watch_, operation)); }
  void answer(Result<DatabaseReply> reply) { inner_.waiting.complete(std::move(reply)); }
  // One operation, answered a second later than the one before.
  void ask(DatabaseOperation operation, Result<DatabaseReply> reply) {
    ask(operation);
    clock_.at += 1s;
    answer(std::move(reply));
  }
  std::optional<Instant> last() const { return watch_.returns().last(); }
  bool waits() const { return watch_.returns().waits(); }

 private:
  static Task<Done> pass_on(Database* database, DatabaseOperation operation) {
    (void)co_await database->execute(operation);
    co_return Done{};
  }

  WaitingDatabase inner_;
  StoppedClock clock_;
  ReturnWatch watch_{inner_, clock_};
  TaskScope asking_;
};

TEST_F(ReturnsToStock, AreOfTheTimeOfTheirAnswer) {
  ask(ReadStock{}, DatabaseReply(std::optional<Stock>()));
  EXPECT_EQ(last(), std::nullopt);
  ask(ReleaseHold{}, DatabaseReply(RowCount{1}));
  EXPECT_EQ(last(), kRunStart + 2s);
  ask(SweepHolds{}, DatabaseReply(SweepHolds::Reply{2, 2, 1s}));
  EXPECT_EQ(last(), kRunStart + 3s);
  ask(ReturnUnits{}, DatabaseReply(RowCount{1}));
  EXPECT_EQ(last(), kRunStart + 4s);
}

TEST_F(ReturnsToStock, OfNothingAreNone) {
  ask(SweepHolds{}, DatabaseReply(SweepHolds::Reply{}));
  ask(ReleaseHold{}, DatabaseReply(RowCount{0}));
  ask(ReturnUnits{}, unreachable(true));
  ask(ReadStock{}, unreachable(false));
  EXPECT_EQ(last(), std::nullopt);
}

TEST_F(ReturnsToStock, MayBeAtAnyTimeWhileOneHasNoAnswerAndForeverWhenNoneCame) {
  ask(SweepHolds{});
  EXPECT_EQ(last(), kNever);
  EXPECT_TRUE(waits());
  answer(DatabaseReply(SweepHolds::Reply{}));
  EXPECT_EQ(last(), std::nullopt);
  EXPECT_FALSE(waits());
  ask(ReleaseHold{}, unreachable(false));
  EXPECT_FALSE(waits()) << "it will not come any more";
  EXPECT_EQ(last(), kNever);
  ask(ReleaseHold{}, DatabaseReply(RowCount{1}));
  EXPECT_EQ(last(), kNever);
}

}  // namespace
}  // namespace doorbuster
