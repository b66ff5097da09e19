// What a failing cell costs: itself, and the exit code.
#include "cli/sweep_run.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>

#include "cli/decision_output.h"

namespace doorbuster {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class SweepRun : public testing::Test {
 protected:
  SweepRun() {
    std::string name = (std::filesystem::temp_directory_path() / "doorbuster-XXXXXX").string();
    CHECK(::mkdtemp(name.data()) != nullptr);
    root_ = name;
  }
  ~SweepRun() override {
    std::error_code ignored;
    std::filesystem::remove_all(root_, ignored);
  }

  // Of the cells 1, 2 and 3.
  Result<SweptEnd> sweep_of(const RunCell& run_cell) {
    std::vector<SweptRun> cells(3);
    for (std::size_t i = 0; i < cells.size(); ++i) cells[i].value = std::to_string(i + 1);
    return run_sweep({.first = "shop.stock"}, cells, [&](const SweptRun& cell) {
      ran_.push_back(cell.value);
      return run_cell(cell);
    });
  }

  Result<ComparedRun> measured(const SweptRun& cell) const {
    auto folder = RunFolder::create(root_, "2026-11-28T00:00:00Z", "cell " + cell.value, 1);
    if (!folder) return folder.error();
    ComparisonResult comparison;
    comparison.run_id = folder->run_id();
    comparison.goal = "buy.p99";
    comparison.verdict = Verdict::holds;
    return ComparedRun{std::move(comparison), std::move(*folder)};
  }

  std::filesystem::path root_;
  std::vector<std::string> ran_;
};

TEST_F(SweepRun, ACellThatFailsIsNamedAndCostsNoOther) {
  testing::internal::CaptureStderr();
  const auto ended = sweep_of([&](const SweptRun& cell) -> Result<ComparedRun> {
    if (cell.value == "2") return invalid("there is no Redis");
    return measured(cell);
  });
  const std::string said = testing::internal::GetCapturedStderr();
  ASSERT_TRUE(ended.ok());
  EXPECT_THAT(ran_, ElementsAre("1", "2", "3"));
  EXPECT_FALSE(ended->is_whole) << "the exit code is 3, not that of the verdict";
  EXPECT_THAT(said, HasSubstr("at shop.stock = 2: there is no Redis"));
  ASSERT_EQ(ended->result.points.size(), 3U);
  EXPECT_EQ(ended->result.points[1].failure, "there is no Redis");
  EXPECT_EQ(ended->result.points[2].verdict, Verdict::holds);
  EXPECT_EQ(ended->folder.run_id(), ended->result.points[2].run_id);
  EXPECT_EQ(save_decision(ended->folder.path(), forms_of(ended->result)), "");
  EXPECT_THAT(forms_of(ended->result).terminal,
              HasSubstr("nothing was measured at shop.stock 2: there is no Redis"));
}

TEST_F(SweepRun, ACellThatCouldNotBeSavedIsNotForgottenAfterAnother) {
  testing::internal::CaptureStderr();
  const auto ended = sweep_of([&](const SweptRun& cell) {
    auto run = measured(cell);
    if (run && cell.value == "1") run->unsaved = "the disk is full";
    return run;
  });
  EXPECT_THAT(testing::internal::GetCapturedStderr(),
              HasSubstr("at shop.stock = 1: the disk is full"));
  ASSERT_TRUE(ended.ok());
  EXPECT_FALSE(ended->is_whole);
  EXPECT_EQ(ended->result.points[0].failure, "") << "it was measured all the same";
}

TEST_F(SweepRun, WhenTheFirstFailsNothingWasMeasuredAndNothingMoreIsTried) {
  const auto ended =
      sweep_of([](const SweptRun&) -> Result<ComparedRun> { return invalid("no server"); });
  ASSERT_FALSE(ended.ok());
  EXPECT_EQ(ended.error().message(), "no server");
  EXPECT_THAT(ran_, ElementsAre("1"));
}

TEST_F(SweepRun, ASignalEndsItAndWhatWasNotBegunIsNamed) {
  const auto ended = sweep_of([&](const SweptRun& cell) {
    auto run = measured(cell);
    if (run && cell.value == "2") run->signal = 2;
    return run;
  });
  ASSERT_TRUE(ended.ok());
  EXPECT_EQ(ended->signal, 2);
  EXPECT_THAT(ran_, ElementsAre("1", "2"));
  EXPECT_EQ(ended->result.points.at(2).failure, "the sweep was interrupted before");
  EXPECT_NE(ended->result.verdict, Verdict::holds);
}

}  // namespace
}  // namespace doorbuster
