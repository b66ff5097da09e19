// For tests: somebody who listens on a port of this machine and is not the server that he is taken
// for, or is it in no state to serve. One thread accepts; what he answers a portion of bytes with
// is the test's. Tests only.
#pragma once

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/check.h"

namespace doorbuster {

class Listener {
 public:
  // To a portion of what a client said; nothing: he hangs up. The first portion is empty: he was
  // called.
  using Answer = std::function<std::optional<std::string>(std::string_view said)>;

  explicit Listener(Answer answer) : answer_(std::move(answer)) {
    door_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* any = reinterpret_cast<sockaddr*>(&address);
    CHECK(::bind(door_, any, size) == 0 && ::listen(door_, 64) == 0, "no port is free");
    CHECK(::getsockname(door_, any, &size) == 0);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { serve(); });
  }
  ~Listener() {
    over_ = true;
    thread_.join();
    for (const int client : clients_) ::close(client);
    ::close(door_);
  }
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  std::string at() const { return fmt::format("127.0.0.1:{}", port_); }
  std::string redis_url() const { return "redis://" + at(); }
  std::string postgres_url() const { return fmt::format("postgresql://u@{}/shop", at()); }

 private:
  void serve() {
    while (!over_) {
      std::vector<pollfd> watched = {{door_, POLLIN, 0}};
      for (const int client : clients_) watched.push_back({client, POLLIN, 0});
      if (::poll(watched.data(), watched.size(), 20) <= 0) continue;
      for (std::size_t i = 1; i < watched.size(); ++i) {
        if (watched[i].revents != 0) hear(watched[i].fd);
      }
      if (watched[0].revents != 0) {
        clients_.push_back(::accept4(door_, nullptr, nullptr, SOCK_CLOEXEC));
        tell(clients_.back(), answer_(""));
      }
    }
  }
  void hear(int client) {
    char bytes[4096];
    const ssize_t size = ::recv(client, bytes, sizeof bytes, 0);
    if (size <= 0) return hang_up(client);
    tell(client, answer_({bytes, static_cast<std::size_t>(size)}));
  }
  void tell(int client, const std::optional<std::string>& answer) {
    if (!answer) return hang_up(client);
    (void)!::send(client, answer->data(), answer->size(), MSG_NOSIGNAL);
  }
  void hang_up(int client) {
    ::close(client);
    std::erase(clients_, client);
  }

  Answer answer_;
  int door_ = -1;
  int port_ = 0;
  std::atomic<bool> over_ = false;
  std::vector<int> clients_;
  std::thread thread_;
};

// Never a word.
inline Listener::Answer silent() {
  return [](std::string_view) { return ""; };
}
// Accepts and closes.
inline Listener::Answer closes() {
  return [](std::string_view) { return std::nullopt; };
}
// The same to whatever is said, and to being called.
inline Listener::Answer babbles(std::string words) {
  return [words = std::move(words)](std::string_view) { return words; };
}
inline Listener::Answer speaks_http() {
  return [](std::string_view said) -> std::string {
    return said.empty() ? "" : "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n";
  };
}

// A Redis that answers commands, one a portion, by their first word; others with OK.
inline Listener::Answer answers_as_redis(std::map<std::string, std::string> replies = {}) {
  return [replies = std::move(replies)](std::string_view said) -> std::string {
    if (said.empty()) return "";
    for (const auto& [word, reply] : replies) {
      if (said.find(fmt::format("\r\n{}\r\n", word)) != said.npos) return reply;
    }
    return "+OK\r\n";
  };
}

// A PostgreSQL that has neither TLS nor GSSAPI and turns everybody away.
inline Listener::Answer turns_away(const std::string& sqlstate, const std::string& message) {
  const std::string fields = fmt::format("SFATAL{0}VFATAL{0}C{1}{0}M{2}{0}{0}",
                                         std::string_view("\0", 1), sqlstate, message);
  const auto size = static_cast<char>(fields.size() + 4);
  const std::string error = "E" + std::string(3, '\0') + size + fields;
  return [error](std::string_view said) -> std::string {
    if (said.empty()) return "";
    return said.size() == 8 ? "N" : error;  // 8 bytes ask for encryption
  };
}

}  // namespace doorbuster
