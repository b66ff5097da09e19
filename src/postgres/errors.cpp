#include "postgres/errors.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "postgres/complaint.h"

namespace doorbuster::postgres {
namespace {

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

bool is_sqlstate(std::string_view text) {
  return text.size() == 5 && std::all_of(text.begin(), text.end(), [](unsigned char c) {
           return std::isdigit(c) != 0 || (c >= 'A' && c <= 'Z');
         });
}

// "... failed: FATAL:  28P01: password authentication failed ...": where the SQLSTATE stands.
std::size_t sqlstate_at(std::string_view text) {
  for (std::size_t i = text.find(":  "); i != std::string_view::npos; i = text.find(":  ", i + 1)) {
    const std::string_view code = text.substr(i + 3, 5);
    if (is_sqlstate(code) && text.substr(i + 8, 1) == ":") return i + 3;
  }
  return std::string_view::npos;
}

Error not_connected(std::string code, std::string message) {
  return {Store::postgres, Cause::not_connected, true, std::move(code), std::move(message)};
}

std::string refusal(std::string_view shown, std::string_view code, std::string_view message) {
  if (code == "28P01" || code == "28000") {
    return fmt::format(
        "PostgreSQL at {} refused the user or the password ({}): check the address, PGPASSWORD or "
        "~/.pgpass",
        shown, code);
  }
  if (code == "3D000") {
    return fmt::format("PostgreSQL at {} has no such database (3D000): create it, or name another",
                       shown);
  }
  if (code == "53300") {
    return fmt::format("PostgreSQL at {} {}", shown, complaint_of_postgres(code));
  }
  if (code == "57P03") {
    return fmt::format("PostgreSQL at {} is starting or stopping (57P03): try again", shown);
  }
  return fmt::format("PostgreSQL at {} let us not in ({}): {}", shown, code, message);
}

std::string no_answer(std::string_view shown, const std::string& said) {
  if (contains(said, "Connection refused")) {
    return fmt::format("no server listens at {} (connection refused): is PostgreSQL running there?",
                       shown);
  }
  if (contains(said, "No such file or directory")) {
    return fmt::format("there is no PostgreSQL socket at {}: is the server running there?", shown);
  }
  if (contains(said, "no password supplied")) {
    return fmt::format(
        "PostgreSQL at {} wants a password: give one in the address, PGPASSWORD or ~/.pgpass",
        shown);
  }
  if (contains(said, "expected authentication request") ||
      contains(said, "invalid response to SSL negotiation") ||
      contains(said, "invalid response to GSSAPI negotiation") ||
      contains(said, "server closed the connection unexpectedly")) {
    return fmt::format("what answers at {} does not speak as PostgreSQL does: check host and port",
                       shown);
  }
  return fmt::format("cannot connect to PostgreSQL at {}: {}", shown, said);
}

}  // namespace

std::string one_line(std::string_view text) {
  std::string line;
  for (const char c : text) {
    const bool blank = c == '\n' || c == '\r' || c == '\t' || c == ' ';
    if (!blank) {
      line += c;
    } else if (!line.empty() && line.back() != ' ') {
      line += ' ';
    }
  }
  while (!line.empty() && line.back() == ' ') line.pop_back();
  return line;
}

bool ends_the_session(std::string_view sqlstate, std::string_view severity) {
  return severity == "FATAL" || severity == "PANIC" || sqlstate.starts_with("08") ||
         sqlstate.starts_with("57P");
}

Error statement_error(std::string_view sqlstate, std::string_view severity,
                      std::string_view message, Access access) {
  std::string code(sqlstate);
  if (sqlstate.empty() || ends_the_session(sqlstate, severity)) {
    return {Store::postgres, Cause::connection_lost, access == Access::read, std::move(code),
            fmt::format("the connection to PostgreSQL ended: {}", one_line(message))};
  }
  const Cause cause = sqlstate == "23505" ? Cause::duplicate_key : Cause::refused_by_server;
  return {Store::postgres, cause, true, std::move(code),
          fmt::format("PostgreSQL refused a statement ({}): {}", sqlstate, one_line(message))};
}

Error connect_error(std::string_view shown, std::string_view libpq_message) {
  const std::size_t at = sqlstate_at(libpq_message);
  if (at == std::string_view::npos) {
    return not_connected({}, no_answer(shown, one_line(libpq_message)));
  }
  const std::string_view code = libpq_message.substr(at, 5);
  std::string_view message = libpq_message.substr(at + 6);
  message = message.substr(0, message.find('\n'));  // LOCATION and the rest are the server's own
  return not_connected(std::string(code), refusal(shown, code, one_line(message)));
}

Error connect_timed_out(std::string_view shown, double seconds) {
  return not_connected({}, fmt::format("nothing at {} answered as PostgreSQL within {:g} s: check "
                                       "host and port, and that the server is not stopped",
                                       shown, seconds));
}

}  // namespace doorbuster::postgres
