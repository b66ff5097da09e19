// Which Redis and PostgreSQL a run has: those that the user names, and throwaway ones for the rest,
// which end with their Servers. Use from the thread that controls the run.
#pragma once

#include <sys/types.h>

#include <memory>
#include <string>

#include "base/result.h"
#include "loop/address.h"
#include "sandbox/sandbox.h"
#include "scenario/scenario.h"

namespace doorbuster {

// An address with nothing in it: libpq takes all from PGHOST and its kin.
inline constexpr const char* kPostgresFromEnvironment = "postgresql://";

// Where the stores are; an empty one is started for the run.
struct StoreAddresses {
  std::string redis;
  std::string postgres;
  bool allow_remote = false;  // an address that is not on this machine is refused otherwise
};

struct Servers {
  std::unique_ptr<Sandbox> sandbox;  // nothing: both are the user's
  ServerAddress redis;
  std::string postgres_url;
  pid_t redis_pid = 0;  // 0: not known, or not on this machine
  pid_t postgres_pid = 0;
};

// All that can be said of the addresses before anything is started.
Result<Servers> named_servers(const StoreAddresses& addresses);

// Throwaway servers for what has no address. On an error none is left.
Result<Done> start_those_not_named(const Scenario& scenario, const StoreAddresses& addresses,
                                   Servers& servers);

}  // namespace doorbuster
