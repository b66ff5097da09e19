// What keeps a pool from being opened: one sentence each.
#include <arpa/inet.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <thread>

#include "postgres/postgres_database.h"
#include "postgres/test_shop.h"

namespace doorbuster {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class ConnectingOnServers : public testing::Test {
 protected:
  std::string sentence(const PostgresOptions& options) {
    const auto database = shop_.try_to_connect(options);
    CHECK(!database.ok(), "connected");
    EXPECT_EQ(database.error().cause(), Cause::not_connected);
    EXPECT_THAT(database.error().message(), Not(HasSubstr("\n")));
    return database.error().message();
  }
  TestShop shop_;
};

TEST_F(ConnectingOnServers, AWrongPasswordIsRefusedAndNotRepeated) {
  PostgresOptions options = shop_.options(2);
  options.url += "?password=opensesame";
  const std::string said = sentence(options);
  EXPECT_THAT(said, HasSubstr("refused the user or the password (28P01)"));
  EXPECT_THAT(said, Not(HasSubstr("opensesame")));
}

TEST_F(ConnectingOnServers, APoolLargerThanTheServerAllowsNamesTheSetting) {
  EXPECT_THAT(sentence(shop_.options(kMaxConnections + 5)), HasSubstr("raise its max_connections"));
}

TEST_F(ConnectingOnServers, ADatabaseThatDoesNotExistIsNamedAsSuch) {
  PostgresOptions options = shop_.options(1);
  options.url += "?dbname=nowhere";
  EXPECT_THAT(sentence(options), HasSubstr("no such database"));
}

TEST_F(ConnectingOnServers, AShopThatWasNeverMadeIsSaidSo) {
  ASSERT_TRUE(shop_.ledger().drop().ok());
  EXPECT_THAT(sentence(shop_.options(1)), HasSubstr("doorbuster.products"));
}

// A listener that says one thing to everybody.
class Impostor {
 public:
  explicit Impostor(std::string greeting) : greeting_(std::move(greeting)) {
    socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    CHECK(::bind(socket_, generic, size) == 0 && ::listen(socket_, 8) == 0);
    ::getsockname(socket_, generic, &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { answer(); });
  }
  ~Impostor() {
    ::shutdown(socket_, SHUT_RDWR);
    thread_.join();
    ::close(socket_);
    for (const int client : clients_) ::close(client);
  }
  std::string url() const { return fmt::format("postgresql://u:pw@127.0.0.1:{}/d", port_); }

 private:
  void answer() {
    for (int client = 0; (client = ::accept(socket_, nullptr, nullptr)) >= 0;) {
      if (!greeting_.empty()) (void)::send(client, greeting_.data(), greeting_.size(), 0);
      clients_.push_back(client);
    }
  }
  std::string greeting_;
  int socket_ = -1;
  int port_ = 0;
  std::vector<int> clients_;
  std::thread thread_;
};

TEST_F(ConnectingOnServers, WhatIsNotPostgresIsTold) {
  struct Row {
    const char* greeting;
    const char* sentence;
  };
  constexpr Row kTable[] = {
      {"HTTP/1.1 400 Bad Request\r\n\r\n", "does not speak as PostgreSQL"},
      {"", "answered as PostgreSQL within 0.2 s"},
  };
  for (const Row& row : kTable) {
    const Impostor impostor(row.greeting);
    PostgresOptions options = shop_.options(2);
    options.url = impostor.url();
    options.connect_within = 200ms;
    EXPECT_THAT(sentence(options), HasSubstr(row.sentence));
    LedgerOptions books;
    books.url = impostor.url();
    books.connect_within = 200ms;
    EXPECT_THAT(Ledger::open(books).error().message(), HasSubstr(row.sentence));
  }
}

TEST_F(ConnectingOnServers, WhereNobodyListensIsTold) {
  PostgresOptions options = shop_.options(2);
  options.url = "postgresql://u:pw@127.0.0.1:1/d";
  EXPECT_THAT(sentence(options), HasSubstr("no server listens"));
  options.url = "postgresql:///d?host=/nowhere";
  EXPECT_THAT(sentence(options), HasSubstr("no PostgreSQL socket"));
}

}  // namespace
}  // namespace doorbuster
