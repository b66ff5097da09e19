#include "postgres/address.h"

#include <fmt/format.h>
#include <libpq-fe.h>

#include <algorithm>
#include <map>
#include <memory>
#include <optional>

#include "loop/address.h"

namespace doorbuster {
namespace {

using Words = std::map<std::string, std::string>;
using OptionsPointer = std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)>;

Words words_of(const PQconninfoOption* options) {
  Words words;
  for (; options != nullptr && options->keyword != nullptr; ++options) {
    if (options->val != nullptr && *options->val != '\0') words[options->keyword] = options->val;
  }
  return words;
}

std::optional<Words> parse(const std::string& url) {
  char* said = nullptr;  // may repeat the password, so it is not told
  const OptionsPointer options(PQconninfoParse(url.c_str(), &said), &PQconninfoFree);
  PQfreemem(said);
  if (options == nullptr) return std::nullopt;
  return words_of(options.get());
}

std::string value_or(const Words& words, const std::string& key, const std::string& otherwise) {
  const auto found = words.find(key);
  return found == words.end() ? otherwise : found->second;
}

// "a,b,c": libpq tries each.
bool all_local(const std::string& hosts) {
  for (std::size_t begin = 0; begin <= hosts.size();) {
    const std::size_t end = std::min(hosts.find(',', begin), hosts.size());
    const std::string host = hosts.substr(begin, end - begin);
    // An empty one is the default socket; "@..." is a socket in the abstract namespace.
    if (!host.empty() && host[0] != '@' && !is_local(host)) return false;
    begin = end + 1;
  }
  return true;
}

std::string shown(const Words& words) {
  const std::string user = value_or(words, "user", "");
  const std::string database = value_or(words, "dbname", user);
  const std::string host = value_or(words, "host", value_or(words, "hostaddr", ""));
  const std::string port = value_or(words, "port", "5432");
  const std::string at = user.empty() ? "" : user + "@";
  if (host.empty() || host[0] == '/' || host[0] == '@') {
    const std::string where = host.empty() ? "" : "host=" + host + "&";
    return fmt::format("postgresql://{}/{}?{}port={}", at, database, where, port);
  }
  const bool bracket = host.find(':') != std::string::npos && host.find(',') == std::string::npos;
  return fmt::format("postgresql://{}{}:{}/{}", at, bracket ? "[" + host + "]" : host, port,
                     database);
}

}  // namespace

Result<PostgresAddress> look_at_postgres_address(const std::string& url) {
  std::optional<Words> words = parse(url);
  if (!words) {
    return invalid(
        "the PostgreSQL address is neither a URL (postgresql://user@host:5432/database) nor "
        "key=value words (host=... port=... dbname=...)");
  }
  // What a service file says, libpq alone knows: only a host that stands beside it counts.
  const bool elsewhere = words->count("service") > 0 && words->count("host") == 0;
  const OptionsPointer defaults(PQconndefaults(), &PQconninfoFree);
  for (const auto& [key, value] : words_of(defaults.get())) words->emplace(key, value);
  const std::string host = value_or(*words, "host", "");
  const std::string reached = value_or(*words, "hostaddr", host);
  return PostgresAddress{shown(*words), !elsewhere && all_local(reached)};
}

std::string with_settings(const std::string& url,
                          const std::vector<std::pair<std::string, std::string>>& settings) {
  std::optional<Words> words = parse(url);
  CHECK(words.has_value(), "with_settings() of an address that was not looked at");
  for (const auto& [key, value] : settings) (*words)[key] = value;
  std::string text;
  for (const auto& [key, value] : *words) {
    std::string quoted;
    for (const char c : value) {
      if (c == '\'' || c == '\\') quoted += '\\';
      quoted += c;
    }
    text += fmt::format("{}='{}' ", key, quoted);
  }
  return text;
}

}  // namespace doorbuster
