#include "run/environment.h"

#include <fmt/format.h>

#include "run/build_info.h"
#include "sandbox/host.h"

namespace doorbuster {

std::string_view version() { return kBuildVersion; }

BuildInfo build_info() {
#if defined(__clang__)
  const std::string compiler = fmt::format("clang {}.{}", __clang_major__, __clang_minor__);
#else
  const std::string compiler = fmt::format("g++ {}.{}", __GNUC__, __GNUC_MINOR__);
#endif
  return {.commit = kBuildCommit, .type = kBuildType, .compiler = compiler};
}

Facts host_info() {
  const HostFacts host = host_facts();
  return {{"os", host.os},
          {"kernel", host.kernel},
          {"cpu_model", host.cpu_model},
          {"cpus", static_cast<std::int64_t>(host.cpus)},
          {"virtual_machine", host.virtual_machine},
          {"memory_bytes", static_cast<std::int64_t>(host.memory_bytes)}};
}

}  // namespace doorbuster
