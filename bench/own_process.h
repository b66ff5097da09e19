// Memory that the allocator keeps from what was measured before would hide what this costs: each
// measurement of memory has a process of its own.
#pragma once

#include <sys/wait.h>
#include <unistd.h>

#include <cstdint>
#include <fstream>

#include "base/check.h"

namespace doorbuster {

// What the kernel says this process holds now.
inline double resident_bytes() {
  std::int64_t pages = 0, resident = 0;
  std::ifstream("/proc/self/statm") >> pages >> resident;
  return static_cast<double>(resident * sysconf(_SC_PAGESIZE));
}

// The answer of measure(), a plain struct, from a child. REQUIRES: no other thread runs
template <class Measure>
auto in_a_process_of_its_own(Measure measure) {
  int ends[2];
  CHECK(pipe(ends) == 0, "no pipe");
  const pid_t child = fork();
  CHECK(child >= 0, "no process");
  if (child == 0) {
    const auto answer = measure();
    _exit(write(ends[1], &answer, sizeof(answer)) == sizeof(answer) ? 0 : 1);
  }
  close(ends[1]);
  decltype(measure()) answer;
  const bool told = read(ends[0], &answer, sizeof(answer)) == sizeof(answer);
  close(ends[0]);
  int status = 0;
  waitpid(child, &status, 0);
  CHECK(told && status == 0, "the measurement failed");
  return answer;
}

}  // namespace doorbuster
