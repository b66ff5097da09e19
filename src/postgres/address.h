// A PostgreSQL address, in any form that libpq takes (a URL or key=value words, with PGHOST and its
// kin and a service file behind it), looked at before anything is sent there. Blocks on nothing.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/result.h"

namespace doorbuster {

struct PostgresAddress {
  std::string shown;   // without a password: the only form fit for printing
  bool local = false;  // every host it names is this machine: loopback or a unix socket
};

// An error is one sentence that repeats nothing of the address, since it may hold a password.
Result<PostgresAddress> look_at_postgres_address(const std::string& url);

// The same address as key=value words, with these settings instead of or beside its own. Holds the
// password. REQUIRES: look_at_postgres_address(url) is ok
std::string with_settings(const std::string& url,
                          const std::vector<std::pair<std::string, std::string>>& settings);

}  // namespace doorbuster
