// Facts of this machine that a measurement depends on, for the result file. No host name: a result
// may be published. A fact the kernel does not tell is an empty string or 0. Any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace doorbuster {

struct HostFacts {
  std::string os;         // "Debian GNU/Linux 12 (bookworm)"
  std::string kernel;     // "Linux 6.1.0-13-amd64 x86_64"
  std::string cpu_model;  // "AMD EPYC 7B13"
  int cpus = 0;           // that this process may run on
  bool virtual_machine = false;
  std::uint64_t memory_bytes = 0;
};

HostFacts host_facts();

// Pure: the texts of /etc/os-release, /proc/cpuinfo and /proc/meminfo.
std::string parse_os_name(std::string_view os_release);
std::string parse_cpu_model(std::string_view cpuinfo);
bool parse_hypervisor(std::string_view cpuinfo);
std::uint64_t parse_memory_bytes(std::string_view meminfo);

}  // namespace doorbuster
