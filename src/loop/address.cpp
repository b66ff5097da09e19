#include "loop/address.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <optional>

namespace doorbuster {
namespace {

constexpr std::string_view kForms =
    "write redis://[:password@]host[:port][/database] or unix://[:password@]/path";

Error bad(std::string_view what) { return invalid(fmt::format("Redis URL: {}; {}", what, kForms)); }

std::optional<int> whole_number(std::string_view text, int highest) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  if (number < 0 || number > highest) return std::nullopt;
  return number;
}

std::optional<std::string> percent_decoded(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      plain += text[i];
      continue;
    }
    int byte = 0;
    if (i + 2 >= text.size()) return std::nullopt;
    const auto [end, error] = std::from_chars(&text[i + 1], &text[i + 1] + 2, byte, 16);
    if (error != std::errc{} || end != &text[i + 1] + 2) return std::nullopt;
    plain += static_cast<char>(byte);
    i += 2;
  }
  return plain;
}

bool take_prefix(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

// "user:password@" at the front of `rest`, if there is one before `end`.
Result<Done> take_credentials(std::string_view& rest, std::size_t end, ServerAddress& address) {
  const std::size_t at = rest.substr(0, end).rfind('@');
  if (at == std::string_view::npos) return Done{};
  const std::string_view credentials = rest.substr(0, at);
  rest.remove_prefix(at + 1);
  const std::size_t colon = credentials.find(':');
  const auto user = percent_decoded(credentials.substr(0, colon));
  const auto password = colon == std::string_view::npos
                            ? std::optional<std::string>("")
                            : percent_decoded(credentials.substr(colon + 1));
  if (!user || !password)
    return bad("a % in the user or password is not followed by two hex digits");
  address.user = *user;
  address.password = *password;
  return Done{};
}

Result<Done> take_host_and_port(std::string_view rest, ServerAddress& address) {
  std::string_view port;
  if (rest.starts_with('[')) {
    const std::size_t close = rest.find(']');
    if (close == std::string_view::npos) return bad("'[' without ']'");
    address.host = rest.substr(1, close - 1);
    port = rest.substr(close + 1);
  } else {
    const std::size_t colon = rest.find(':');
    address.host = rest.substr(0, colon);
    if (colon != std::string_view::npos) port = rest.substr(colon);
  }
  if (address.host.empty()) return bad("there is no host");
  if (port.empty()) return Done{};
  const auto number = whole_number(port.substr(1), 65535);
  if (port[0] != ':' || !number || *number == 0) {
    return bad(fmt::format("'{}' is no port (1 to 65535)", port.substr(1)));
  }
  address.port = *number;
  return Done{};
}

Result<Done> take_database(std::string_view text, ServerAddress& address) {
  const auto number = whole_number(text, 1'000'000);
  if (!number) return bad(fmt::format("'{}' is no database number", text));
  address.database = *number;
  return Done{};
}

Result<ServerAddress> parse_socket(std::string_view rest) {
  ServerAddress address;
  const std::size_t slash = rest.starts_with('/') ? 0 : rest.find("@/");
  if (slash == std::string_view::npos) return bad("the path of a unix socket begins with /");
  const std::size_t path_begins = slash == 0 ? 0 : slash + 1;
  if (auto taken = take_credentials(rest, path_begins, address); !taken) return taken.error();
  const std::size_t question = rest.find('?');
  if (question != std::string_view::npos) {
    std::string_view query = rest.substr(question + 1);
    if (!take_prefix(query, "db=")) return bad("the only option of a unix socket is ?db=N");
    if (auto taken = take_database(query, address); !taken) return taken.error();
  }
  address.socket = rest.substr(0, question);
  constexpr std::size_t kLongest = 107;  // sun_path, with its final zero
  if (address.socket.size() > kLongest) {
    return bad(fmt::format("a unix socket's path has at most {} bytes, this one has {}", kLongest,
                           address.socket.size()));
  }
  return address;
}

Result<ServerAddress> parse_tcp(std::string_view rest, bool tls) {
  ServerAddress address;
  address.tls = tls;
  // All that stands before the last '@' is secret, also where somebody left a '/' unencoded.
  if (auto taken = take_credentials(rest, rest.size(), address); !taken) return taken.error();
  if (rest.find('?') != std::string_view::npos) return bad("options after '?' are not known here");
  const std::size_t slash = rest.find('/');
  if (slash != std::string_view::npos && slash + 1 < rest.size()) {
    if (auto taken = take_database(rest.substr(slash + 1), address); !taken) return taken.error();
  }
  if (auto taken = take_host_and_port(rest.substr(0, slash), address); !taken) return taken.error();
  return address;
}

bool is_loopback_v4(std::string_view host) {
  std::array<int, 4> bytes{};
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const std::size_t dot = host.find('.');
    if ((dot == std::string_view::npos) != (i == 3)) return false;
    const auto number = whole_number(host.substr(0, dot), 255);
    if (!number) return false;
    bytes[i] = *number;
    if (i < 3) host.remove_prefix(dot + 1);
  }
  return bytes[0] == 127;
}

}  // namespace

Result<ServerAddress> parse_redis_url(std::string_view url) {
  if (take_prefix(url, "redis://")) return parse_tcp(url, false);
  if (take_prefix(url, "rediss://")) return parse_tcp(url, true);
  if (take_prefix(url, "unix://")) return parse_socket(url);
  return bad("it begins with none of redis://, rediss://, unix://");
}

bool is_local(std::string_view host) {
  return host == "localhost" || host == "::1" || host == "[::1]" || host.starts_with('/') ||
         is_loopback_v4(host);
}

bool ServerAddress::local() const { return is_local(socket.empty() ? host : socket); }

std::string ServerAddress::shown() const {
  if (!socket.empty()) {
    return database == 0 ? fmt::format("unix://{}", socket)
                         : fmt::format("unix://{}?db={}", socket, database);
  }
  const bool v6 = host.find(':') != std::string::npos;
  std::string text =
      fmt::format("redis{}://{}{}{}:{}", tls ? "s" : "", v6 ? "[" : "", host, v6 ? "]" : "", port);
  if (database != 0) text += fmt::format("/{}", database);
  return text;
}

}  // namespace doorbuster
