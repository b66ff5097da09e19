// The texts a sandbox is made of, as pure functions: server settings and URLs. Any thread.
#pragma once

#include <string>
#include <string_view>

namespace doorbuster {

struct ServerPlace {
  std::string directory;  // absolute; sockets are in it
  int port = 0;           // on 127.0.0.1
  std::string password;   // letters and digits only
  bool durable = false;
};

std::string redis_config(const ServerPlace& place);
std::string postgres_config(const ServerPlace& place, int max_connections);

std::string redis_tcp_url(const ServerPlace& place);
std::string redis_socket_url(const ServerPlace& place);
std::string postgres_tcp_url(const ServerPlace& place);
std::string postgres_socket_url(const ServerPlace& place);

std::string redis_socket_path(const std::string& directory);

// The longest directory whose sockets still fit the kernel's 107 characters.
constexpr std::size_t kLongestDirectory = 107 - sizeof("/.s.PGSQL.65535.lock") + 1;

// The last `lines` lines that name trouble (where none does: that say something), joined by " / ",
// with `secret` blotted out. Servers tell the cause first and clean up, at length, afterwards.
std::string end_of_log(std::string_view log, std::size_t lines, std::string_view secret);

// True when postmaster.pid says that process `pid` takes connections (pg_ctl waits for the same
// line).
bool postmaster_is_ready(std::string_view postmaster_pid_file, int pid);

}  // namespace doorbuster
