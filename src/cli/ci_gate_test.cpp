// tools/ci/gate as a CI job would start it, on simulated stores and in short.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "cli/program_testing.h"

namespace doorbuster {
namespace {

using testing::HasSubstr;

// In quotes: the folder that it was built in may have any name.
const std::string own_build = "'" DOORBUSTER_PROGRAM "'";

class CiGate : public DoorbusterTest {
 protected:
  // Its exit code; what it printed is in gate.out and gate.err of the folder.
  int gate(const std::string& arguments) const {
    const int status = std::system(
        fmt::format("cd '{}' && TMPDIR='{}' '{}/tools/ci/gate' {} >gate.out 2>gate.err",
                    folder().string(), temporary().string(), DOORBUSTER_SOURCE_DIR, arguments)
            .c_str());
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }
  // The program with a further setting: another build, as it were.
  std::string slower_program() const {
    const std::string script = file("slower", fmt::format(R"(#!/bin/sh
if [ "$1" = run ]; then exec '{0}' "$@" --set simulation.postgres_service=120us; fi
exec '{0}' "$@" --allow-different
)",
                                                          DOORBUSTER_PROGRAM));
    std::filesystem::permissions(script, std::filesystem::perms::owner_all);
    return script;
  }
};

TEST_F(CiGate, OfTheSameBuildPasses) {
  EXPECT_EQ(gate(own_build + " " + own_build + " out --simulated --duration 300ms"), 0)
      << text_of(folder() / "gate.err") << text_of(folder() / "gate.out");
  EXPECT_THAT(text_of(folder() / "out" / "check.md"), HasSubstr("## doorbuster check: holds"));
  EXPECT_THAT(text_of(folder() / "out" / "check.junit.xml"), HasSubstr("failures=\"0\""));
  // A second time its runs would be those of the first as well.
  EXPECT_EQ(gate(own_build + " " + own_build + " out --simulated"), 3);
  EXPECT_THAT(text_of(folder() / "gate.err"), HasSubstr("out/base is there already"));
}

TEST_F(CiGate, FindsTheSlowerBuild) {
  EXPECT_EQ(gate(own_build + " " + slower_program() + " out --simulated --duration 300ms"), 1)
      << text_of(folder() / "gate.err") << text_of(folder() / "gate.out");
  EXPECT_THAT(text_of(folder() / "out" / "check.md"), HasSubstr("Regression: database-atomic"));
}

TEST_F(CiGate, SaysWhatIsMissing) {
  EXPECT_EQ(gate(""), 3);
  EXPECT_THAT(text_of(folder() / "gate.err"), HasSubstr("tools/ci/gate BASE CANDIDATE OUT"));
  EXPECT_EQ(gate("nowhere " + own_build + " out"), 3);
  EXPECT_THAT(text_of(folder() / "gate.err"), HasSubstr("nowhere is no program"));
  EXPECT_EQ(gate(own_build + " " + own_build + " out --nonsense"), 3);
}

}  // namespace
}  // namespace doorbuster
