// For tests only: a PostgreSQL that hears and says what a test has it hear and say, at a unix
// socket of this process. It never blocks and has no thread, so a test alternates it with its loop.
#pragma once

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/check.h"

namespace doorbuster::postgres {

// ---- what a server says

inline std::string big_endian(std::int64_t value, int bytes) {
  std::string text;
  for (int i = bytes; i-- > 0;) text += static_cast<char>(value >> 8 * i & 0xff);
  return text;
}

inline std::string server_says(char type, const std::string& body) {
  return type + big_endian(static_cast<std::int64_t>(4 + body.size()), 4) + body;
}

inline std::string says_bound() { return server_says('2', {}); }
inline std::string says_row(const std::vector<std::int64_t>& values) {
  std::string body = big_endian(static_cast<std::int64_t>(values.size()), 2);
  for (const std::int64_t value : values) body += big_endian(8, 4) + big_endian(value, 8);
  return server_says('D', body);
}
inline std::string says_complete(const std::string& tag) { return server_says('C', tag + '\0'); }
inline std::string says_ready() { return server_says('Z', "I"); }
inline std::string says_complaint(char type, const std::string& severity, const std::string& code,
                                  const std::string& message) {
  return server_says(type, "S" + severity + '\0' + "V" + severity + '\0' + "C" + code + '\0' + "M" +
                               message + '\0' + '\0');
}
inline std::string says_error(const std::string& code) {
  return says_complaint('E', "ERROR", code, "no");
}
// The whole answer to a statement of one row.
inline std::string says_found(const std::vector<std::int64_t>& values) {
  return says_bound() + says_row(values) + says_complete("SELECT 1") + says_ready();
}

// ---- the server

class ScriptedServer {
 public:
  struct Heard {
    char type;
    std::string body;
  };

  ScriptedServer() {
    static int servers = 0;
    const std::string path = fmt::format(
        "{}/.s.PGSQL.5432", name_ = fmt::format("@doorbuster-script-{}-{}", ::getpid(), ++servers));
    address_.sun_family = AF_UNIX;
    CHECK(path.size() < sizeof address_.sun_path);
    std::copy(path.begin() + 1, path.end(), address_.sun_path + 1);  // in the abstract namespace
    address_size_ = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path.size());
    listener_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    CHECK(::bind(listener_, reinterpret_cast<sockaddr*>(&address_), address_size_) == 0 &&
          ::listen(listener_, 8) == 0);
  }
  ScriptedServer(const ScriptedServer&) = delete;
  ScriptedServer& operator=(const ScriptedServer&) = delete;
  ~ScriptedServer() {
    hang_up();
    ::close(listener_);
  }

  std::string url() const { return fmt::format("host={} user=script dbname=script", name_); }

  // False: nobody is at the door. REQUIRES: nobody is in.
  bool accept() {
    CHECK(client_ < 0);
    client_ = ::accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    started_ = false;
    heard_.clear();
    return client_ >= 0;
  }
  void hang_up() {
    if (client_ >= 0) ::close(client_);
    client_ = -1;
  }

  // Whoever in this process is connected to here has room for a few messages only.
  void narrow_the_client() const {
    constexpr int kNarrow = 1;  // the kernel makes it its least, which is above 4 KB
    for (int fd = 0; fd < 1024; ++fd) {
      sockaddr_un peer{};
      socklen_t size = sizeof peer;
      if (::getpeername(fd, reinterpret_cast<sockaddr*>(&peer), &size) == 0 &&
          size == address_size_ && std::memcmp(&peer, &address_, size) == 0) {
        CHECK(::setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &kNarrow, sizeof kNarrow) == 0);
      }
    }
  }

  // Takes so many bytes at most from the socket; how many there were.
  std::size_t listen_to(std::size_t most) {
    std::size_t taken = 0;
    std::array<char, 4096> room;
    while (taken < most) {
      const ssize_t size = ::recv(client_, room.data(), std::min(room.size(), most - taken), 0);
      if (size <= 0) break;
      heard_.append(room.data(), static_cast<std::size_t>(size));
      taken += static_cast<std::size_t>(size);
    }
    return taken;
  }

  // The next whole message of those taken.
  std::optional<Heard> next() {
    const std::size_t head = started_ ? 1 : 0;  // what starts a session has no type
    if (heard_.size() < head + 4) return std::nullopt;
    std::size_t length = 0;
    for (std::size_t i = 0; i < 4; ++i) {
      length = length << 8 | static_cast<unsigned char>(heard_[head + i]);
    }
    if (heard_.size() < head + length) return std::nullopt;
    Heard message{started_ ? heard_[0] : '\0', heard_.substr(head + 4, length - 4)};
    heard_.erase(0, head + length);
    started_ = true;
    return message;
  }

  void say(std::string_view bytes) {
    CHECK(::send(client_, bytes.data(), bytes.size(), MSG_NOSIGNAL) ==
          static_cast<ssize_t>(bytes.size()));
  }

  // Says what lets a client in and has his statements prepared, to whatever he asked since; whether
  // that was the last of it.
  bool welcome(std::size_t most) {
    listen_to(most);
    while (const auto asked = next()) {
      if (asked->type == '\0') say(server_says('R', big_endian(0, 4)) + says_ready());
      if (asked->type == 'P') say(server_says('1', {}));
      if (asked->type == 'B') say(says_bound());
      if (asked->type == 'D') say(server_says('n', {}));
      if (asked->type == 'E') say(says_complete("SET"));
      if (asked->type != 'S') continue;
      say(says_ready());
      return true;
    }
    return false;
  }

 private:
  std::string name_;
  sockaddr_un address_{};
  socklen_t address_size_ = 0;
  int listener_ = -1;
  int client_ = -1;
  bool started_ = false;
  std::string heard_;
};

}  // namespace doorbuster::postgres
