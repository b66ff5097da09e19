#include "run/environment.h"

#include <fmt/format.h>

#include <algorithm>

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

std::vector<std::string> warnings_of(const EnvironmentInfo& environment) {
  const auto setting = [&environment](std::string_view name) -> std::string {
    const Facts& settings = environment.redis.settings;
    const auto found = std::ranges::find(settings, name, &Facts::value_type::first);
    if (found == settings.end()) return "";
    const auto* text = std::get_if<std::string>(&found->second);
    return text == nullptr ? "" : *text;
  };
  const std::string policy = setting("maxmemory-policy");
  const std::string limit = setting("maxmemory");
  const bool evicts = policy.starts_with("allkeys-") || policy.starts_with("volatile-");
  if (!evicts || limit.empty() || limit == "0") return {};
  return {
      fmt::format("Redis may evict keys (maxmemory {}, maxmemory-policy {}): a lock, a claim or "
                  "a gate's counter that is gone sells units twice; noeviction is needed",
                  limit, policy)};
}

}  // namespace doorbuster
