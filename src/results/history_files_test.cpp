#include "results/history_files.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "base/random.h"

namespace doorbuster {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;

class HistoryFiles : public testing::Test {
 protected:
  HistoryFiles()
      : folder_(fs::path(testing::TempDir()) / fmt::format("doorbuster-{:x}", entropy())) {
    fs::create_directories(folder_ / "history");
  }
  ~HistoryFiles() override {
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
  }

  void put(const fs::path& name) const { std::ofstream(folder_ / name) << "x"; }
  std::vector<std::string> found(const fs::path& where, std::string_view trial = {}) const {
    const auto files = find_histories(where, trial);
    if (!files) return {files.error().message()};
    std::vector<std::string> names;
    for (const fs::path& file : *files) names.push_back(fs::relative(file, folder_).string());
    return names;
  }

  fs::path folder_;
};

TEST_F(HistoryFiles, AreNamedByStrategyAndRepetition) {
  EXPECT_EQ(history_file("cache-aside", 1), "history/cache-aside.1.dbh");
  EXPECT_EQ(trial_of(history_file("cache-aside", 12)), "cache-aside.12");
  EXPECT_EQ(history_file("../a b", 1), "history/%2e.%2fa%20b.1.dbh")
      << "and never leave the folder";
  EXPECT_NE(history_file("a b", 1), history_file("a-b", 1));
}

TEST_F(HistoryFiles, AreFoundByStrategyThenByRepetition) {
  for (const int repetition : {10, 2, 1}) put(history_file("cache-aside", repetition));
  put(history_file("atomic", 3));
  put("history/notes.txt");
  EXPECT_THAT(found(folder_),
              ElementsAre("history/atomic.3.dbh", "history/cache-aside.1.dbh",
                          "history/cache-aside.2.dbh", "history/cache-aside.10.dbh"));
  EXPECT_THAT(found(folder_, "cache-aside.2"), ElementsAre("history/cache-aside.2.dbh"));
}

TEST_F(HistoryFiles, AreFoundInTheirOwnFolderAndAsOneFileToo) {
  put(history_file("atomic", 1));
  EXPECT_THAT(found(folder_ / "history"), ElementsAre("history/atomic.1.dbh"));
  EXPECT_THAT(found(folder_ / "history/atomic.1.dbh"), ElementsAre("history/atomic.1.dbh"));
}

TEST_F(HistoryFiles, ThatAreNotThereAreOneSentence) {
  EXPECT_THAT(found(folder_ / "none"), ElementsAre(HasSubstr("there is no")));
  EXPECT_THAT(found(folder_), ElementsAre(HasSubstr("holds no history: its folder history is")));
  fs::remove(folder_ / "history");
  EXPECT_THAT(found(folder_), ElementsAre(HasSubstr("history/TRIAL.dbh: name the folder")));
  fs::create_symlink("history", folder_ / "history");
  EXPECT_THAT(found(folder_),
              ElementsAre(testing::EndsWith("history: Too many levels of symbolic links")));
  EXPECT_THAT(found(folder_ / "history"), ElementsAre(HasSubstr("cannot read ")));
  fs::remove(folder_ / "history");
  fs::create_directory(folder_ / "history");
  for (int repetition = 1; repetition <= 20; ++repetition) put(history_file("atomic", repetition));
  EXPECT_THAT(found(folder_, "atomic.21"),
              ElementsAre(testing::EndsWith("holds no history of a trial atomic.21: there are "
                                            "atomic.1, atomic.2, atomic.3, atomic.4, atomic.5, "
                                            "atomic.6, atomic.7, atomic.8, ...")));
}

}  // namespace
}  // namespace doorbuster
