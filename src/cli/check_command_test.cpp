#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/program_testing.h"

namespace doorbuster {
namespace {

using testing::HasSubstr;

// Simulated runs, saved and compared as a CI job would.
class CheckCommand : public DoorbusterTest {
 protected:
  std::string runs_in(const std::string& name, Words more = {}) {
    const std::string out = (folder() / name).string();
    Words words = {
        "run",        shipped("quick"),  "--simulated",   "--quiet", "--duration", "500ms",
        "--strategy", "database-atomic", "--repetitions", "5",       "--out",      out};
    words.insert(words.end(), more.begin(), more.end());
    EXPECT_EQ(run(words)->code(), 0);
    return out;
  }
};

TEST_F(CheckCommand, TheSameBuildHasNoRegressionInAnyForm) {
  const std::string runs = runs_in("base");
  const auto same = run({"check", runs, runs + "/latest", "--out", (folder() / "found").string()});
  EXPECT_EQ(same->code(), 0) << same->err() << same->out();
  EXPECT_THAT(same->out(), HasSubstr("verdict: holds"));
  EXPECT_THAT(text_of(folder() / "found" / "check.json"), HasSubstr("\"doorbuster.check/1\""));
  EXPECT_THAT(text_of(folder() / "found" / "check.md"), HasSubstr("## doorbuster check: holds"));
  EXPECT_THAT(text_of(folder() / "found" / "check.junit.xml"),
              HasSubstr("failures=\"0\" errors=\"0\""));
  const auto json = run({"check", runs, runs + "/latest", "--format", "json"});
  EXPECT_EQ(json->out(), text_of(folder() / "found" / "check.json"));
}

TEST_F(CheckCommand, ASlowerDatabaseIsRefusedAndThenFound) {
  const std::string base = runs_in("base");
  const std::string slow = runs_in("slow", {"--set", "simulation.postgres_service=120us"});
  expect_complaint(*run({"check", base, slow}),
                   "simulation.postgres_service is \"60us\" in the baseline and \"120us\" in the "
                   "candidate",
                   2);
  const auto found = run({"check", base, slow, "--allow-different", "--metric", "buy.p99"});
  EXPECT_EQ(found->code(), 1) << found->err();
  EXPECT_THAT(found->out(), HasSubstr("Regression: database-atomic: buy.p99 is "));
  EXPECT_EQ(run({"check", slow, base, "--allow-different"})->code(), 0)
      << "faster is no regression";
}

TEST_F(CheckCommand, BadInputIsOneSentenceAndThree) {
  const std::string base = runs_in("base");
  const std::string whole = text_of(folder() / "base" / "latest" / "result.json");
  expect_complaint(*run({"check", base, "nowhere"}), "there is no nowhere");
  expect_complaint(*run({"check", base, file("cut.json", whole.substr(0, whole.size() / 2))}),
                   "this is no whole result");
  expect_complaint(*run({"check", base, file("garbage.json", "\x01\x02 no json")}),
                   "this is no result");
  std::string newer = whole;
  newer.replace(newer.find("doorbuster.result/1"), 19, "doorbuster.result/9");
  expect_complaint(*run({"check", file("newer.json", newer), base}), "\"doorbuster.result/9\"");
  std::string edited = whole;
  edited.replace(edited.find("\"arrived\": "), 11, "\"arrived\": \"many\", \"was\": ");
  expect_complaint(*run({"check", base, file("edited.json", edited)}), "arrived is a string");
  std::filesystem::create_directory(folder() / "empty");
  expect_complaint(*run({"check", base, "empty"}), "there is no result in empty");
  expect_complaint(*run({"check", base, base, "--metric", "buy.p42"}), "no metric \"buy.p42\"");
  expect_complaint(*run({"check", base}), "candidate");
}

TEST_F(CheckCommand, AnInvalidRunIsUndecided) {
  const std::string base = runs_in("base");
  std::string text = text_of(folder() / "base" / "latest" / "result.json");
  const auto at = text.find("\"validity\": ", text.find("\"trials\""));
  text.replace(at, text.find(',', at) - at, "\"validity\": \"invalid\"");
  const auto undecided = run({"check", base, file("invalid.json", text)});
  EXPECT_EQ(undecided->code(), 2) << undecided->err();
  EXPECT_THAT(undecided->out(), HasSubstr("is no measurement"));
}

}  // namespace
}  // namespace doorbuster
