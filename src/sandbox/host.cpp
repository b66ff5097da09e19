#include "sandbox/host.h"

#include <fmt/format.h>
#include <sched.h>
#include <sys/utsname.h>

#include <charconv>

#include "sandbox/file_text.h"

namespace doorbuster {
namespace {

// The rest of the first line that begins with `key`, up to the line's end; empty where there is
// none.
std::string_view after_key(std::string_view text, std::string_view key) {
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    if (line.starts_with(key)) return line.substr(key.size());
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return {};
}

std::string_view trimmed(std::string_view text, std::string_view unwanted) {
  const std::size_t first = text.find_first_not_of(unwanted);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(unwanted) - first + 1);
}

int usable_cpus() {
  cpu_set_t set;
  CPU_ZERO(&set);
  return ::sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 0;
}

}  // namespace

std::string parse_os_name(std::string_view os_release) {
  return std::string(trimmed(after_key(os_release, "PRETTY_NAME="), "\"' \r"));
}

std::string parse_cpu_model(std::string_view cpuinfo) {
  return std::string(trimmed(after_key(cpuinfo, "model name"), "\t :"));
}

bool parse_hypervisor(std::string_view cpuinfo) {
  const std::string flags = std::string(after_key(cpuinfo, "flags")) + " ";
  return flags.find(" hypervisor ") != std::string::npos;
}

std::uint64_t parse_memory_bytes(std::string_view meminfo) {
  const std::string_view number = trimmed(after_key(meminfo, "MemTotal:"), " \tkB");
  std::uint64_t kibibytes = 0;
  std::from_chars(number.data(), number.data() + number.size(), kibibytes);
  return kibibytes * 1024;
}

HostFacts host_facts() {
  HostFacts facts;
  facts.os = parse_os_name(file_text("/etc/os-release"));
  utsname names{};
  if (::uname(&names) == 0) {
    facts.kernel = fmt::format("{} {} {}", names.sysname, names.release, names.machine);
  }
  const std::string cpuinfo = file_text("/proc/cpuinfo");
  facts.cpu_model = parse_cpu_model(cpuinfo);
  facts.virtual_machine = parse_hypervisor(cpuinfo);
  facts.cpus = usable_cpus();
  facts.memory_bytes = parse_memory_bytes(file_text("/proc/meminfo"));
  return facts;
}

}  // namespace doorbuster
