#include "sandbox/host.h"

#include <gtest/gtest.h>

namespace doorbuster {
namespace {

TEST(Host, ReadsTheNameOfTheSystem) {
  EXPECT_EQ(
      parse_os_name("NAME=\"Debian\"\nPRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\nID=x\n"),
      "Debian GNU/Linux 12 (bookworm)");
  EXPECT_EQ(parse_os_name("PRETTY_NAME=Plain"), "Plain");
  EXPECT_EQ(parse_os_name("NAME=x\n"), "");
}

TEST(Host, ReadsTheProcessor) {
  const char* text = "processor\t: 0\nmodel name\t: Some CPU @ 2 GHz\nflags\t\t: fpu hypervisor\n";
  EXPECT_EQ(parse_cpu_model(text), "Some CPU @ 2 GHz");
  EXPECT_TRUE(parse_hypervisor(text));
  EXPECT_FALSE(parse_hypervisor("flags\t\t: fpu hypervisors\n"));
  EXPECT_EQ(parse_cpu_model(""), "");
}

TEST(Host, ReadsTheMemory) {
  EXPECT_EQ(parse_memory_bytes("MemTotal:        8000000 kB\nMemFree: 1 kB\n"), 8'192'000'000u);
  EXPECT_EQ(parse_memory_bytes("nothing"), 0u);
}

TEST(Host, KnowsThisMachine) {
  const HostFacts facts = host_facts();
  EXPECT_TRUE(facts.kernel.starts_with("Linux "));
  EXPECT_GT(facts.cpus, 0);
  EXPECT_GT(facts.memory_bytes, 100'000'000u);
}

}  // namespace
}  // namespace doorbuster
