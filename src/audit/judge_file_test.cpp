// A history is judged from its file as it is from memory, though its views are nowhere at once.
#include "audit/judge_file.h"

#include <gmock/gmock.h>

#include "audit/clean_history_testing.h"
#include "history/history_testing.h"

namespace doorbuster {
namespace {

class JudgedFromItsFile : public HistoryTest {
 protected:
  // A shop's history in which some views show what they should not, and one an item of which nobody
  // else knows.
  static JudgedHistory with_lies(const CleanShape& shape) {
    JudgedHistory history = clean_history(shape, 7);
    for (std::size_t i = 0; i < history.operations.size(); i += 50) {
      Operation& operation = history.operations[i];
      if (operation.kind == OperationKind::view) operation.value += i % 100 == 0 ? 3 : -3;
    }
    Operation stranger = history.operations.back();
    stranger.kind = OperationKind::view;
    stranger.outcome = Answer::ok;
    stranger.key = kNoKey;
    stranger.op = OperationId{static_cast<std::uint32_t>(history.operations.size())};
    stranger.item = ItemId{4711};
    stranger.value = 1;
    history.operations.push_back(stranger);
    return history;
  }

  HistoryFile file_of(const JudgedHistory& history, int shards) const {
    std::vector<Operation> operations = history.operations;
    std::ranges::sort(operations, {}, &Operation::finished);
    const auto writing = writer(shards);
    for (std::size_t i = 0; i < operations.size(); ++i) {
      writing->shard(static_cast<int>(i % static_cast<std::size_t>(shards))).record(operations[i]);
    }
    CHECK(writing->finish(&history).lost() == 0, "not all of it was written");
    return opened();
  }

  static std::string text_of(const HistoryVerdict& verdict) {
    std::string text =
        fmt::format("{} operations, {}\n", verdict.operations, to_string(verdict.verdict));
    for (const PropertyFinding& finding : verdict.findings) {
      text += fmt::format("{} {} {} {} {}\n", finding.name, to_string(finding.verdict),
                          finding.found, finding.possible, finding.undecided);
      for (const Violation& each : finding.violations) text += each.sentence + "\n";
    }
    const Staleness& stale = verdict.staleness;
    text += fmt::format("{} of {} stale, {} {}\n", stale.all.stale, stale.all.views,
                        stale.certain_age.max().count(), stale.possible_age.percentile(50).count());
    return text + fmt::format("{} {}\n", verdict.power.operation.value_or(0s).count(),
                              verdict.power.gap.value_or(0s).count());
  }
};

TEST_F(JudgedFromItsFile, SaysTheSameAsOfTheHistoryInMemory) {
  const CleanShape shapes[] = {{.operations = 20'000, .buyers = 500},
                               {.operations = 20'000, .items = 30, .releases = 0.1}};
  for (const CleanShape& shape : shapes) {
    for (const bool ordered : {true, false}) {
      JudgedHistory history = with_lies(shape);
      if (!ordered) {
        history.stock_log.clear();
        for (PlacedOrder& order : history.orders) order.version = kNoVersion;
      }
      const HistoryFile file = file_of(history, 3);
      const auto judged = judge_file(file);
      ASSERT_TRUE(judged.ok());
      const auto all = file.read_all();
      ASSERT_TRUE(all.ok());
      const HistoryVerdict in_memory = judge_history(*all);
      EXPECT_EQ(text_of(judged->verdict), text_of(in_memory));
      EXPECT_TRUE(!ordered || in_memory.verdict == Verdict::broken) << "nothing was compared";
      EXPECT_TRUE(std::ranges::none_of(judged->history.operations, [](const Operation& each) {
        return each.kind == OperationKind::view;
      })) << "views stay on the disk";
    }
  }
}

TEST_F(JudgedFromItsFile, HasTheAccusedViewsAndSomeBesideThemForAPicture) {
  const HistoryFile file = file_of(with_lies({.operations = 20'000, .buyers = 500}), 2);
  auto judged = judge_file(file);
  ASSERT_TRUE(judged.ok());
  const std::size_t purchases = judged->history.operations.size();
  ASSERT_TRUE(add_surroundings(file, *judged).ok());
  const auto& kept = judged->history.operations;
  EXPECT_TRUE(std::ranges::is_sorted(kept, {}, &Operation::op));
  EXPECT_GT(kept.size(), purchases + 10);
  EXPECT_LT(kept.size(), purchases + 500);
  int accused = 0;
  for (const PropertyFinding& finding : judged->verdict.findings) {
    if (finding.violations.empty()) continue;
    for (const OperationId op : finding.violations.front().operations) {
      EXPECT_TRUE(std::ranges::binary_search(kept, op, {}, &Operation::op)) << finding.name;
      ++accused;
    }
  }
  EXPECT_GT(accused, 3);
}

TEST_F(JudgedFromItsFile, OfAHistoryThatHoldsNothingIsAdded) {
  const HistoryFile file = file_of(clean_history({.operations = 2'000}, 3), 1);
  auto judged = judge_file(file);
  ASSERT_TRUE(judged.ok());
  EXPECT_EQ(judged->verdict.verdict, Verdict::holds);
  const std::size_t before = judged->history.operations.size();
  ASSERT_TRUE(add_surroundings(file, *judged).ok());
  EXPECT_EQ(judged->history.operations.size(), before);
}

TEST_F(JudgedFromItsFile, WithoutATruthIsAnError) {
  (void)writer()->finish(nullptr);
  const auto judged = judge_file(opened());
  ASSERT_FALSE(judged.ok());
  EXPECT_THAT(judged.error().message(), testing::HasSubstr("the ground truth could not be read"));
}

}  // namespace
}  // namespace doorbuster
