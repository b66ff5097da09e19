#include "run/hold_sandbox.h"

#include <thread>

#include "base/time.h"
#include "run/interrupt.h"
#include "sandbox/process_cpu.h"
#include "sandbox/sandbox.h"

namespace doorbuster {

Result<Done> hold_sandbox(bool durable,
                          const std::function<void(const std::string& redis_url,
                                                   const std::string& postgres_url)>& announce) {
  const Interrupt interrupt;
  SandboxOptions options;
  options.durable = durable;
  options.give_up = [] { return Interrupt::times() > 0; };
  auto sandbox = Sandbox::start(std::move(options));
  if (!sandbox) {
    if (Interrupt::times() > 0) return Done{};
    return sandbox.error();
  }
  announce((*sandbox)->redis_url(), (*sandbox)->postgres_url());
  while (Interrupt::times() == 0) {
    std::this_thread::sleep_for(200ms);
    if (!is_running((*sandbox)->redis_pid())) return system_error("the throwaway Redis died");
    if (!is_running((*sandbox)->postgres_pid())) {
      return system_error("the throwaway PostgreSQL died");
    }
  }
  return Done{};
}

}  // namespace doorbuster
