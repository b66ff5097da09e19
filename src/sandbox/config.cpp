#include "sandbox/config.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace doorbuster {
namespace {

std::string quoted_for_redis(std::string_view text) {
  std::string quoted = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + '"';
}

std::string quoted_for_postgres(std::string_view text) {
  std::string quoted = "'";
  for (char c : text) {
    if (c == '\'' || c == '\\') quoted += c;
    quoted += c;
  }
  return quoted + '\'';
}

// Socket folders are a list in PostgreSQL's settings: a comma or a space in one needs double quotes
// inside.
std::string quoted_list_of_one(std::string_view text) {
  std::string inner = "\"";
  for (char c : text) {
    if (c == '"') inner += c;
    inner += c;
  }
  return quoted_for_postgres(inner + '"');
}

std::string percent_encoded(std::string_view text) {
  std::string encoded;
  for (char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '/' || c == '.' || c == '-' || c == '_' || c == '~';
    encoded += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return encoded;
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    lines.push_back(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return lines;
}

bool names_trouble(std::string_view line) {
  constexpr std::string_view kWords[] = {"FATAL",     "PANIC", "rror:",   "ould not",
                                         "not found", "Bad ",  "Failed ", "No space left"};
  return std::any_of(std::begin(kWords), std::end(kWords), [line](std::string_view word) {
    return line.find(word) != std::string_view::npos;
  });
}

}  // namespace

std::string redis_socket_path(const std::string& directory) { return directory + "/redis.sock"; }

std::string redis_config(const ServerPlace& place) {
  return fmt::format(
      "bind 127.0.0.1\nport {}\nunixsocket {}\nunixsocketperm 700\nrequirepass {}\ndir {}\n"
      "daemonize no\nsave \"\"\nappendonly {}\nappendfsync always\nmaxmemory-policy noeviction\n",
      place.port, quoted_for_redis(redis_socket_path(place.directory)), place.password,
      quoted_for_redis(place.directory), place.durable ? "yes" : "no");
}

// Shared memory is kept in the directory: a segment in /dev/shm would survive a crash.
std::string postgres_config(const ServerPlace& place, int max_connections) {
  const char* on_if_durable = place.durable ? "on" : "off";
  return fmt::format(
      "listen_addresses = '127.0.0.1'\nport = {}\nunix_socket_directories = {}\n"
      "unix_socket_permissions = 0700\nmax_connections = {}\nfsync = {}\nfull_page_writes = {}\n"
      "synchronous_commit = on\ndynamic_shared_memory_type = mmap\n",
      place.port, quoted_list_of_one(place.directory), max_connections, on_if_durable,
      on_if_durable);
}

std::string redis_tcp_url(const ServerPlace& place) {
  return fmt::format("redis://:{}@127.0.0.1:{}", place.password, place.port);
}

std::string redis_socket_url(const ServerPlace& place) {
  return fmt::format("unix://:{}@{}", place.password,
                     percent_encoded(redis_socket_path(place.directory)));
}

std::string postgres_tcp_url(const ServerPlace& place) {
  return fmt::format("postgresql://doorbuster:{}@127.0.0.1:{}/postgres", place.password,
                     place.port);
}

std::string postgres_socket_url(const ServerPlace& place) {
  return fmt::format("postgresql://doorbuster:{}@/postgres?host={}&port={}", place.password,
                     percent_encoded(place.directory), place.port);
}

std::string end_of_log(std::string_view log, std::size_t lines, std::string_view secret) {
  std::vector<std::string_view> telling;
  std::vector<std::string_view> trouble;
  for (std::string_view line : lines_of(log)) {
    if (line.find_first_not_of(" \t\r") != std::string_view::npos) telling.push_back(line);
    if (names_trouble(line)) trouble.push_back(line);
  }
  if (!trouble.empty()) telling = trouble;
  if (telling.size() > lines)
    telling.erase(telling.begin(), telling.end() - static_cast<long>(lines));
  std::string text;
  for (std::string_view line : telling) text += (text.empty() ? "" : " / ") + std::string(line);
  std::size_t at = 0;
  while (!secret.empty() && (at = text.find(secret, at)) != std::string::npos) {
    text.replace(at, secret.size(), "***");
  }
  return text;
}

bool postmaster_is_ready(std::string_view postmaster_pid_file, int pid) {
  const std::vector<std::string_view> lines = lines_of(postmaster_pid_file);
  return lines.size() >= 8 && lines[0] == std::to_string(pid) && lines[7].starts_with("ready");
}

}  // namespace doorbuster
