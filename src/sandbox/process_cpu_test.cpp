#include "sandbox/process_cpu.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>

namespace doorbuster {
namespace {

TEST(ProcessCpu, ReadsAProcessWhoseNameHoldsSpacesAndBrackets) {
  const auto times = parse_process_stat(
      "4711 (a) R b) c) S 42 4711 4711 0 -1 4194560 100 200 0 0 7 3 20 1 20 0 12 0 555 8192 10",
      100);
  ASSERT_TRUE(times);
  EXPECT_EQ(times->pid, 4711);
  EXPECT_EQ(times->parent, 42);
  EXPECT_EQ(times->state, 'S');
  EXPECT_EQ(times->own, 100ms);
  EXPECT_EQ(times->children, 210ms);
}

TEST(ProcessCpu, RefusesWhatIsNotAProcess) {
  for (const char* text : {"", "4711", "4711 (a", "4711 (a)", "4711 (a) S 42 1 1", "(a) S 1 1 1",
                           "1 (a) S 42 1 1 0 -1 0 0 0 0 0 x 3 20 1 20 0 12 0 555"}) {
    EXPECT_FALSE(parse_process_stat(text, 100)) << text;
  }
}

TEST(ProcessCpu, ReadsTheMachine) {
  const auto times =
      parse_machine_stat("cpu  100 20 300 4000 50 6 7 80 90 1\ncpu0 1 1 1 1 1 1 1 1 1 1\n", 100);
  ASSERT_TRUE(times);
  EXPECT_EQ(times->busy, 4330ms);
  EXPECT_EQ(times->idle, 40500ms);
  EXPECT_EQ(times->stolen, 800ms);
  for (const char* text : {"", "cpu 1 2 3", "intr 1 2 3 4 5 6 7 8 9", "cpu 1 2 3 x 5 6 7 8"}) {
    EXPECT_FALSE(parse_machine_stat(text, 100)) << text;
  }
}

TEST(ProcessCpu, OwnTimeGrowsWithWork) {
  const Duration before = own_cpu();
  const auto machine_before = machine_times();
  ASSERT_TRUE(machine_before);
  volatile unsigned long work = 0;
  while (own_cpu() - before < 60ms) work = work + 1;
  const auto of_us = process_times(::getpid());
  ASSERT_TRUE(of_us);
  EXPECT_EQ(of_us->parent, ::getppid());
  EXPECT_GT(of_us->own, 30ms);  // ticks of 10 ms, counted a tick late
  EXPECT_GT(machine_times()->busy - machine_before->busy, 20ms);
}

// A child that works and a grandchild that worked and ended: both belong to the tree.
TEST(ProcessCpu, ATreeHoldsLivingAndEndedDescendants) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    const pid_t grandchild = ::fork();
    while (own_cpu() < 60ms) {
    }
    if (grandchild == 0) ::_exit(0);
    ::waitpid(grandchild, nullptr, 0);
    if (::write(ends[1], "x", 1) == 1) ::pause();
    ::_exit(0);
  }
  char byte = 0;
  ASSERT_EQ(::read(ends[0], &byte, 1), 1);
  const auto of_child = process_tree_cpu(child);
  ASSERT_TRUE(of_child);
  EXPECT_GE(*of_child, 90ms);
  EXPECT_GE(*process_tree_cpu(::getpid()), *of_child);
  const std::vector<pid_t> ours = children_of(::getpid());
  EXPECT_EQ(std::count(ours.begin(), ours.end(), child), 1);
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  EXPECT_FALSE(process_tree_cpu(child));
  ::close(ends[0]);
  ::close(ends[1]);
}

TEST(ProcessCpu, TakesNoProcessForDeadBecauseNoDescriptorIsLeftToLookAtIt) {
#if defined(__SANITIZE_ADDRESS__)
  GTEST_SKIP() << "NOT TESTED: a sanitizer needs descriptors to look at memory";
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
  GTEST_SKIP() << "NOT TESTED: a sanitizer needs descriptors to look at memory";
#endif
#endif
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  rlimit none = before;
  none.rlim_cur = 3;
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &none), 0);
  const bool alive = is_running(::getpid());
  const bool nobody = is_running(0);
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
  EXPECT_TRUE(alive);
  EXPECT_FALSE(nobody);
}

}  // namespace
}  // namespace doorbuster
