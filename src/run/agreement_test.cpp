#include "run/agreement.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "base/task_scope.h"
#include "sim/virtual_clock.h"

namespace doorbuster {
namespace {

// Shows of each item what is written here, until its copy is gone.
class Copies : public Strategy {
 public:
  explicit Copies(Clock& clock) : clock_(clock) {}
  Task<StockView> view(ItemId) override { co_return StockView{}; }
  Task<Purchase> buy(Order) override { co_return Purchase{}; }
  Task<std::optional<Quantity>> cached(ItemId item) override {
    ++looks;
    if (broken) co_return invalid("no cache");
    std::optional<Quantity> shown;
    const auto copy = copies.find(item);
    if (copy != copies.end() && clock_.now() < copy->second.until) shown = copy->second.shows;
    co_return shown;
  }

  struct Copy {
    Quantity shows = 0;
    Instant until = kNever;
  };
  std::map<ItemId, Copy> copies;
  bool broken = false;
  int looks = 0;

 private:
  Clock& clock_;
};

// Five of every item.
class Fives : public Database {
 public:
  Task<DatabaseReply> execute(DatabaseOperation) override {
    co_return DatabaseReply(std::optional<Stock>(Stock{5, 1}));
  }
};

class AgreementTest : public testing::Test {
 protected:
  std::optional<Result<Agreement>> watched(std::vector<ItemId> items) {
    std::optional<Result<Agreement>> result;
    TaskScope scope;
    scope.spawn(keep(this, std::move(items), &result));
    scheduler_.run();
    return result;
  }
  static Task<Done> keep(AgreementTest* self, std::vector<ItemId> items,
                         std::optional<Result<Agreement>>* into) {
    auto agreement = co_await watch_until_they_agree(&self->copies_, &self->database_,
                                                     &self->clock_, StockLayout::row, &items);
    into->emplace(std::move(agreement));
    co_return Done{};
  }

  static constexpr ItemId kFirst{1};
  static constexpr ItemId kSecond{2};
  Scheduler scheduler_;
  VirtualClock clock_{scheduler_};
  Copies copies_{clock_};
  Fives database_;
};

TEST_F(AgreementTest, IsThereAtOnceWhereEveryCopyIsRightOrGone) {
  copies_.copies[kFirst].shows = 5;
  const auto result = watched({kFirst, kSecond});
  EXPECT_EQ((*result)->after, Duration{});
  EXPECT_EQ((*result)->note, "");
  EXPECT_EQ(scheduler_.now(), kRunStart) << "nobody waited";
}

TEST_F(AgreementTest, ComesWithTheEndOfTheLastCopyThatIsWrong) {
  copies_.copies[kFirst] = {7, kRunStart + 195ms};
  copies_.copies[kSecond] = {4, kRunStart + 1205ms};
  const auto result = watched({kFirst, kSecond});
  EXPECT_EQ((*result)->after, 1210ms);
  EXPECT_EQ(copies_.looks, 21 + 122) << "what agreed is not looked at again";
}

TEST_F(AgreementTest, ThatDoesNotComeInTimeIsSaidWithTheFirstItem) {
  copies_.copies[kFirst].shows = 7;
  auto result = watched({kFirst});
  EXPECT_EQ((*result)->after, std::nullopt);
  EXPECT_EQ((*result)->note,
            "did not agree within 3 s: of item 1 the cache shows 7, the database has 5");
  EXPECT_LE(scheduler_.now(), kRunStart + kWatchedForAgreement);
  copies_.copies[kSecond].shows = 0;
  result = watched({kFirst, kSecond});
  EXPECT_THAT((*result)->note, testing::EndsWith("the database has 5, and 1 others differ"));
}

TEST_F(AgreementTest, CannotBeToldWhereTheCacheDoesNotAnswer) {
  copies_.broken = true;
  const auto result = watched({kFirst});
  ASSERT_FALSE(result->ok());
  EXPECT_EQ(result->error().message(), "no cache");
}

}  // namespace
}  // namespace doorbuster
