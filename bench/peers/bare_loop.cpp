// bare_loop: hardly more than a client of PostgreSQL must do for one statement after another: libpq
// connects and prepares, then one thread waits by epoll, receives, and sends the next. No Asio, no
// coroutine, no pool, no look at the answer but whether it is an error, no clock but for the end.
// What a harness cannot go far below: bench/peers/run sets pgbench beside it.
//
//   bare_loop read|buy POSTGRES ITEMS CONNECTIONS DEPTH SECONDS
//
// On the tables that `closed_loop stock` made. Prints JSON as closed_loop does.
#include <fmt/format.h>
#include <libpq-fe.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include <array>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "base/check.h"
#include "base/random.h"
#include "base/time.h"
#include "postgres/statements.h"
#include "postgres/wire.h"
#include "sandbox/process_cpu.h"

namespace doorbuster {
namespace {

using postgres::Statement;
using Postgres = std::unique_ptr<PGconn, decltype(&PQfinish)>;

struct Connection {
  Postgres postgres{nullptr, &PQfinish};
  int socket = -1;
  postgres::wire::Incoming incoming;
};

class BareLoop {
 public:
  BareLoop(bool buys, int items) : buys_(buys), items_(static_cast<std::uint64_t>(items)) {}

  void connect(const std::string& url, int connections) {
    const Statement& statement = postgres::statement(postgres::statement_of(next_operation()));
    for (int i = 0; i < connections; ++i) {
      Connection& one = connections_.emplace_back();
      one.postgres.reset(PQconnectdb(url.c_str()));
      PGconn* postgres = one.postgres.get();
      PQclear(PQprepare(postgres, statement.name, statement.sql, statement.parameters,
                        statement.types.data()));
      CHECK(*PQerrorMessage(postgres) == '\0', "{}", PQerrorMessage(postgres));
      one.socket = PQsocket(postgres);
      epoll_event wanted{EPOLLIN, {.u32 = static_cast<std::uint32_t>(i)}};
      CHECK(::epoll_ctl(epoll_, EPOLL_CTL_ADD, one.socket, &wanted) == 0);
    }
  }

  void run(int depth, Duration lasts) {
    const Duration began = steady_now();
    const Duration cpu_before = own_cpu();
    for (Connection& one : connections_) ask(one, depth);
    Duration now = began;
    for (std::array<epoll_event, 64> events; now < began + lasts; now = steady_now()) {
      const int ready = ::epoll_wait(epoll_, events.data(), events.size(), -1);
      for (int i = 0; i < ready; ++i) {
        Connection& one = connections_[events[static_cast<std::size_t>(i)].data.u32];
        ask(one, hear(one));
      }
    }
    fmt::print("{{\"operations\": {}, \"seconds\": {:.6f}, \"cpu_us_per_op\": {:.4f}}}\n",
               answered_, to_seconds(now - began),
               to_micros(own_cpu() - cpu_before) / static_cast<double>(answered_));
  }

 private:
  DatabaseOperation next_operation() {
    const ItemId item{1 + static_cast<std::int32_t>(random_.below(items_))};
    if (!buys_) return ReadStock{item};
    return TakeIfAvailable{{OrderKey{++last_key_}, BuyerId{1}, item, 1}};
  }

  void ask(Connection& one, int statements) {
    if (statements == 0) return;
    outgoing_.clear();
    for (int i = 0; i < statements; ++i) {
      const DatabaseOperation operation = next_operation();
      postgres::wire::append_execute(outgoing_,
                                     postgres::statement(postgres::statement_of(operation)).name,
                                     postgres::BoundParameters(operation));
    }
    const auto size = static_cast<ssize_t>(outgoing_.size());
    CHECK(::send(one.socket, outgoing_.data(), outgoing_.size(), MSG_NOSIGNAL) == size);
  }

  // How many statements were answered: each ends with a ReadyForQuery.
  int hear(Connection& one) {
    char* const room = one.incoming.room();
    const ssize_t came = ::recv(one.socket, room, one.incoming.room_size(), 0);
    CHECK(came > 0, "the server hung up");
    one.incoming.filled(static_cast<std::size_t>(came));
    int answers = 0;
    while (const auto message = one.incoming.next()) {
      CHECK(message->type != 'E', "{}", message->body);
      if (message->type == 'Z') ++answers;
    }
    answered_ += answers;
    return answers;
  }

  const bool buys_;
  const std::uint64_t items_;
  const int epoll_ = ::epoll_create1(EPOLL_CLOEXEC);
  std::vector<Connection> connections_;
  std::string outgoing_;
  Random random_{1};
  std::int64_t last_key_ = 0;
  std::int64_t answered_ = 0;
};

int run(const std::vector<std::string>& words) {
  if (words.size() != 7 || (words[1] != "buy" && words[1] != "read")) {
    fmt::print(stderr, "usage: bare_loop read|buy POSTGRES ITEMS CONNECTIONS DEPTH SECONDS\n");
    return 3;
  }
  for (std::size_t i = 3; i < words.size(); ++i) {
    if (std::atof(words[i].c_str()) >= (i == 6 ? 0.001 : 1)) continue;
    fmt::print(stderr, "bare_loop: '{}' is no number above 0\n", words[i]);
    return 3;
  }
  BareLoop loop(words[1] == "buy", std::atoi(words[3].c_str()));
  loop.connect(words[2], std::atoi(words[4].c_str()));
  loop.run(std::atoi(words[5].c_str()), from_seconds(std::atof(words[6].c_str())));
  return 0;
}

}  // namespace
}  // namespace doorbuster

int main(int argc, char** argv) { return doorbuster::run({argv, argv + argc}); }
