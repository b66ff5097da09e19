// Names, paths and programs as a hostile user, or an unlucky one, would choose them.
#include "cli/program_testing.h"

namespace doorbuster {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kNastyName = "it's a \"sale\" & $(touch pwned); `touch pwned`";

class HostileUser : public DoorbusterTest {
 protected:
  static constexpr std::string_view kTiny = R"(
description = "<script>alert(2)</script> & ]]> \" '"
strategies = ["database-atomic"]
[shop]
stock = 5
[load]
duration = "0.2s"
rate = 100
[warmup]
duration = "0s"
)";
  Words simulated(const std::string& scenario, const std::string& out) const {
    return {"run", scenario, "--simulated", "--quiet", "--out", out};
  }
  // The one run in there.
  static fs::path the_run(const fs::path& out) { return fs::canonical(out / "latest"); }

  // What a terminal or a browser would take for more than words.
  static void expect_harmless(const std::string& text, const std::string& where) {
    for (const char* markup : {"<script>alert", "<script&gt;alert"}) {
      EXPECT_THAT(text, Not(HasSubstr(markup))) << where;
    }
    for (const char c : text) {
      const auto byte = static_cast<unsigned char>(c);
      if (byte < 0x20 && c != '\n' && c != '\t' && c != '\r') {
        ADD_FAILURE() << "control character " << int{byte} << " in " << where;
        return;
      }
    }
  }
};

TEST_F(HostileUser, PathsWithSpacesQuotesAndCommandsAreOnlyPaths) {
  const std::string scenario =
      file(fmt::format("{}.toml", kNastyName), "strategies = [\"cache-aside\"]\nload.rate = 50\n");
  const fs::path out = folder() / kNastyName / "deep down";
  const auto ran = run(simulated(scenario, out.string()));
  EXPECT_EQ(ran->code(), 0) << ran->err();
  EXPECT_EQ(ran->err(), "");
  const std::string saved = the_run(out).string();
  EXPECT_EQ(run({"report", saved})->code(), 0);
  EXPECT_EQ(run({"audit", saved})->code(), 0);
  const std::string csv = (folder() / "c s v\"").string();
  const auto exported = run({"history", "export", saved, "--csv", csv});
  EXPECT_EQ(exported->code(), 0) << exported->err();
  EXPECT_EQ(run({"audit", "--csv", csv})->code(), 0);
  EXPECT_FALSE(fs::exists(folder() / "pwned"));
}

TEST_F(HostileUser, AResultsFolderThatIsALinkIsFollowedAndStaysOne) {
  fs::create_directory(folder() / "elsewhere");
  fs::create_directory_symlink(folder() / "elsewhere", folder() / "link");
  const auto ran = run(simulated(shipped("quick"), (folder() / "link").string()));
  EXPECT_EQ(ran->code(), 0) << ran->err();
  EXPECT_TRUE(fs::is_symlink(folder() / "link"));
  EXPECT_TRUE(fs::exists(folder() / "elsewhere" / "latest" / "result.json"));
  EXPECT_EQ(run({"report", (folder() / "link" / "latest").string()})->code(), 0);
}

TEST_F(HostileUser, AResultsFolderThatLinksToNothingIsRefused) {
  fs::create_directory_symlink(folder() / "nowhere", folder() / "link");
  const auto ran = run(simulated(shipped("quick"), (folder() / "link").string()));
  expect_complaint(*ran, "--out");
  EXPECT_FALSE(fs::exists(folder() / "nowhere"));
}

TEST_F(HostileUser, MarkupInAScenarioIsTextInEveryReport) {
  const fs::path out = folder() / "out";
  const auto ran = run(simulated(file("<script>alert(3).toml", kTiny), out.string()));
  ASSERT_EQ(ran->code(), 0) << ran->err();
  for (const auto& entry : fs::directory_iterator(the_run(out))) {
    const std::string name = entry.path().filename().string();
    const bool for_browsers = name.ends_with(".html") || name.ends_with(".md");
    if (for_browsers) expect_harmless(text_of(entry.path()), name);
    if (name.ends_with(".xml")) {
      EXPECT_THAT(text_of(entry.path()), Not(HasSubstr("<script>")));
    }
  }
}

TEST_F(HostileUser, TerminalEscapesInAScenarioAreRefusedAndShownAsText) {
  const auto ran = run({"run", file("escape.toml",
                                    "strategies = [\"cache-aside\"]\ndescription = "
                                    "\"\\u001b]0;owned\\u0007\"\n")});
  expect_complaint(*ran, "it has control characters");
  expect_harmless(ran->err(), "stderr");
}

// A results folder that somebody sent: no scenario of ours wrote it.
TEST_F(HostileUser, EscapesAndMarkupInAForgedResultAreTextInEveryReport) {
  const fs::path out = folder() / "out";
  ASSERT_EQ(run(simulated(shipped("quick"), out.string()))->code(), 0);
  const fs::path saved = the_run(out);
  std::string json = text_of(saved / "result.json");
  int forged = 0;
  for (const std::string_view word : {"\"database-atomic\"", "\"quick\"", "\"durability\":\""}) {
    for (auto at = json.find(word); at != json.npos; at = json.find(word, at + word.size())) {
      json.insert(at + word.size() - 1, "\\u001b[31m\\u0007<script>alert(1)</script>");
      ++forged;
    }
  }
  ASSERT_GT(forged, 2);
  std::ofstream(saved / "result.json", std::ios::binary) << json;
  const auto shown = run({"report", saved.string()});
  EXPECT_THAT(shown->code(), testing::AnyOf(0, 2)) << shown->err();
  std::string on_the_terminal = shown->out();
  EXPECT_EQ(on_the_terminal.find('\x1b'), std::string::npos);
  EXPECT_EQ(on_the_terminal.find('\x07'), std::string::npos);
  for (const char* report : {"report.md", "report.html"}) {
    expect_harmless(text_of(saved / report), report);
  }
}

// Somebody else's program of that name, before the real one in PATH.
class HostilePathOnServers : public HostileUser {
 protected:
  std::unique_ptr<Program> run_with_redis(const std::string& script) {
    fs::create_directories(folder() / "bin");
    const std::string fake = file("bin/redis-server", script);
    fs::permissions(fake, fs::perms::all);
    fs::permissions(folder() / "bin", fs::perms::all);
    return run({"run", shipped("quick"), "--quiet"},
               {{"PATH", fmt::format("{}:{}", (folder() / "bin").string(), std::getenv("PATH"))}});
  }
};

TEST_F(HostilePathOnServers, AProgramThatIsNoRedisIsNamedWithItsPathAndItsWords) {
  const std::string place = (folder() / "bin/redis-server").string();
  for (const auto& [script, words] :
       {std::pair{"#!/bin/sh\necho 'I am no server.'\n",
                  "ended at once; its log ends: I am no server."},
        std::pair{"#!/no/such/shell\n", "ended at once"}, std::pair{"rubbish", "ended at once"}}) {
    const auto ran = run_with_redis(script);
    expect_complaint(*ran, words);
    EXPECT_THAT(ran->err(), HasSubstr(fmt::format("the throwaway Redis ({})", place)));
    expect_nothing_left();
  }
}

}  // namespace
}  // namespace doorbuster
