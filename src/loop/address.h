// Addresses of Redis servers as people write them:
//   redis://[[user]:password@]host[:port][/database]     rediss:// is the same over TLS
//   unix://[[user]:password@]/path[?db=N]
// and the question whether a host is this machine, which a run asks before it sends load anywhere.
// Passwords may be percent-encoded; shown() is the only form fit for printing. Pure; any thread.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace doorbuster {

struct ServerAddress {
  std::string host;  // empty with a socket
  int port = 6379;
  std::string socket;  // absolute path; empty with a host
  std::string user;
  std::string password;
  int database = 0;
  bool tls = false;

  bool local() const;
  std::string shown() const;  // without user and password
};

// An error is one sentence that never repeats the password.
Result<ServerAddress> parse_redis_url(std::string_view url);

// True for localhost, 127/8, ::1, and the path of a unix socket; any other name may be elsewhere.
bool is_local(std::string_view host);

}  // namespace doorbuster
