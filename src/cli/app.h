// The program: its subcommands and their exit codes (results/README.md, Exit codes). Results go to
// stdout, progress and complaints to stderr; a complaint is one sentence, after "doorbuster: ".
#pragma once

#include <string_view>

namespace doorbuster {

inline constexpr int kExitHolds = 0;
inline constexpr int kExitBroken = 1;
inline constexpr int kExitUndecided = 2;  // as of a history that is not whole
inline constexpr int kExitUsage = 3;      // a bad flag or file, or an environment that is not there

int run_app(int argc, char** argv);

// Says it on stderr and gives kExitUsage.
int complain(std::string_view sentence);
// Says it on stderr; the work goes on.
void warn(std::string_view sentence);

}  // namespace doorbuster
