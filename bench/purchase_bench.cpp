// What the abstraction adds to a purchase: the client's CPU time for database-atomic, made and
// stacked as an opening does it, against the same statement by hand on the same connections, which
// is one call of execute() and nothing around it; and what the connections add (the pool, time
// limits, the loop's tasks), against libpq alone on the same loop, the floor. Sixteen connections
// each, one statement at a time on each, in turns and back again, so that what changes meanwhile
// meets all three. Throwaway servers on unix sockets; client and servers share the machine.
#include <benchmark/benchmark.h>
#include <libpq-fe.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/asio/posix/basic_stream_descriptor.hpp>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/big_endian.h"
#include "base/random.h"
#include "base/task_scope.h"
#include "bench/short_form.h"
#include "loop/event_loop.h"
#include "loop/real_clock.h"
#include "postgres/ledger.h"
#include "postgres/postgres_database.h"
#include "postgres/statements.h"
#include "sandbox/process_cpu.h"
#include "sandbox/sandbox.h"
#include "store/counting.h"
#include "store/return_watch.h"
#include "store/trouble.h"
#include "strategy/decorator.h"
#include "strategy/registry.h"

namespace doorbuster {
namespace {

constexpr int kItems = 10'000;
constexpr Quantity kNeverSoldOut = 1'000'000'000;
constexpr int kConnections = 16;
constexpr std::int64_t kBatch = 4'000;  // purchases, long enough that its ends do not count
constexpr int kRounds = 40;             // of batches, one of each kind
constexpr const char* kLoad = "doorbuster-bench";

// A benchmark has nobody to hand an error to.
template <class T>
T must(Result<T> result) {
  CHECK(result.ok(), "{}", result.error().message());
  return *std::move(result);
}

// The purchases of both sides, no key twice, and how many of a batch are still to be made.
class Orders {
 public:
  explicit Orders(EventLoop& loop) : loop_(loop) {}

  void begin_batch() {
    left_ = kBatch;
    open_ = kBatch;
  }
  bool has_next() const { return left_ > 0; }
  Order next() {
    --left_;
    const auto item = static_cast<std::int32_t>(random_.below(kItems));
    return {OrderKey{++last_key_}, BuyerId{1}, ItemId{1 + item}, 1};
  }
  void sold(const Stock& after) {
    CHECK(after.quantity > 0 && after.version > 0);
    if (--open_ == 0) loop_.stop();
  }

 private:
  EventLoop& loop_;
  Random random_{1};
  std::int64_t last_key_ = 0;
  std::int64_t left_ = 0;
  std::int64_t open_ = 0;
};

// ---- the floor: what a program that does this one thing would do

class Libpq {
 public:
  Libpq(EventLoop& loop, const std::string& url, Orders& orders)
      : orders_(orders), pg_(PQconnectdb(url.c_str()), &PQfinish), socket_(loop.executor()) {
    CHECK(PQstatus(pg_.get()) == CONNECTION_OK, "{}", PQerrorMessage(pg_.get()));
    const Answer prepared(
        PQprepare(pg_.get(), "buy", purchase().sql, purchase().parameters, purchase().types.data()),
        &PQclear);
    CHECK(PQresultStatus(prepared.get()) == PGRES_COMMAND_OK, "{}", PQerrorMessage(pg_.get()));
    PQsetnonblocking(pg_.get(), 1);
    socket_.assign(::dup(PQsocket(pg_.get())));
  }

  void buy() {
    const Order order = orders_.next();
    std::array<char, 28> bytes;
    const std::array<const char*, 4> values = {&bytes[0], &bytes[4], &bytes[12], &bytes[20]};
    constexpr std::array<int, 4> lengths = {4, 8, 8, 8};
    put_big_endian(&bytes[0], number(order.item));
    put_big_endian(&bytes[4], number(order.buyer));
    put_big_endian(&bytes[12], order.quantity);
    put_big_endian(&bytes[20], number(order.key));
    constexpr std::array<int, 4> kBinary = {1, 1, 1, 1};
    const int sent =
        PQsendQueryPrepared(pg_.get(), "buy", 4, values.data(), lengths.data(), kBinary.data(), 1);
    CHECK(sent == 1 && PQflush(pg_.get()) == 0, "{}", PQerrorMessage(pg_.get()));
    wait();
  }

 private:
  using Answer = std::unique_ptr<PGresult, decltype(&PQclear)>;

  static const postgres::Statement& purchase() {
    return postgres::statement(DatabaseOperation(TakeIfAvailable{}).index());
  }

  void wait() {
    socket_.async_wait(decltype(socket_)::wait_read,
                       [this](const boost::system::error_code&) { read(); });
  }

  void read() {
    CHECK(PQconsumeInput(pg_.get()) == 1, "{}", PQerrorMessage(pg_.get()));
    while (PQisBusy(pg_.get()) == 0) {
      const Answer answer(PQgetResult(pg_.get()), &PQclear);
      if (answer == nullptr) {
        orders_.sold(after_);
        if (orders_.has_next()) buy();
        return;
      }
      CHECK(PQntuples(answer.get()) == 1, "{}", PQresultErrorMessage(answer.get()));
      after_ = {number_at(answer.get(), 0), number_at(answer.get(), 1)};
    }
    wait();
  }

  static std::int64_t number_at(const PGresult* answer, int column) {
    return big_endian_at<std::int64_t>(PQgetvalue(answer, 0, column));
  }

  Orders& orders_;
  std::unique_ptr<PGconn, decltype(&PQfinish)> pg_;
  boost::asio::posix::basic_stream_descriptor<EventLoop::Executor> socket_;
  Stock after_;
};

// ---- through the shop: a strategy over stores that are counted, watched and could be troubled;
// and by hand, past all of it, on the shop's own connections

class NoCache : public Cache {
 public:
  Task<CacheReply> execute(CacheOperation) override {
    co_return Error(Store::redis, Cause::not_connected, true, "", "there is no cache here");
  }
};

class Shop {
 public:
  Shop(EventLoop& loop, const std::string& url, Orders& orders)
      : orders_(orders), clock_(loop, steady_now()) {
    PostgresOptions options;
    options.url = url;
    options.application_name = kLoad;
    options.connections = kConnections;
    options.timeout = 10s;
    postgres_ = must(loop.run_until_done(PostgresDatabase::connect(loop, clock_, options)));
    troubled_.emplace(*postgres_, std::vector<TroubleRule>{}, clock_, random_);
    troubled_->turn_off(true);
    returns_.emplace(*troubled_, clock_);
    database_.emplace(*returns_);
    const StrategyEntry* entry = find_strategy("database-atomic");
    CHECK(entry != nullptr);
    strategy_ = make_strategy(*entry, {cache_, *database_, clock_, random_, figures_},
                              with_decorator_options(default_options(*entry)));
  }

  void begin_batch(TaskScope& buyers) {
    for (int i = 0; i < kConnections; ++i) buyers.spawn(keep_buying(this));
  }
  void begin_batch_by_hand(TaskScope& buyers) {
    for (int i = 0; i < kConnections; ++i) buyers.spawn(keep_buying_by_hand(this));
  }

 private:
  static Task<Done> keep_buying(Shop* shop) {
    while (shop->orders_.has_next()) {
      const Order order = shop->orders_.next();
      const auto bought = co_await shop->strategy_->buy(order);
      CHECK(bought && bought->after, "a purchase failed");
      shop->orders_.sold(*bought->after);
    }
    co_return Done{};
  }

  static Task<Done> keep_buying_by_hand(Shop* shop) {
    while (shop->orders_.has_next()) {
      const DatabaseOperation purchase = TakeIfAvailable{shop->orders_.next()};
      const auto reply = co_await shop->postgres_->execute(purchase);
      CHECK(reply, "a purchase failed");
      const auto& left = std::get<TakeIfAvailable::Reply>(*reply);
      CHECK(left, "a purchase failed");
      shop->orders_.sold(*left);
    }
    co_return Done{};
  }

  Orders& orders_;
  RealClock clock_;
  Random random_{1};
  StrategyFigures figures_;
  NoCache no_cache_;
  CountingCache cache_{no_cache_};
  std::unique_ptr<PostgresDatabase> postgres_;
  std::optional<TroubledDatabase> troubled_;
  std::optional<ReturnWatch> returns_;
  std::optional<CountingDatabase> database_;
  std::unique_ptr<Strategy> strategy_;
};

// ---- the three in turns

class Contest {
 public:
  explicit Contest(const std::string& url) : orders_(loop_), shop_(loop_, url, orders_) {
    for (int i = 0; i < kConnections; ++i) {
      libpq_.push_back(std::make_unique<Libpq>(loop_, url, orders_));
    }
  }

  // Client CPU in us for each purchase of a batch.
  double libpq() {
    return cost_of([this](TaskScope&) {
      for (const auto& connection : libpq_) connection->buy();
    });
  }
  double by_hand() {
    return cost_of([this](TaskScope& buyers) { shop_.begin_batch_by_hand(buyers); });
  }
  double through_the_shop() {
    return cost_of([this](TaskScope& buyers) { shop_.begin_batch(buyers); });
  }

 private:
  template <class Begin>
  double cost_of(Begin begin) {
    TaskScope buyers;
    const Duration before = own_cpu();
    orders_.begin_batch();
    begin(buyers);
    loop_.run();
    return to_seconds(own_cpu() - before) * 1e6 / static_cast<double>(kBatch);
  }

  EventLoop loop_;
  Orders orders_;
  Shop shop_;
  std::vector<std::unique_ptr<Libpq>> libpq_;
};

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

void purchase_overhead(benchmark::State& state) {
  SandboxOptions options;
  options.transport = Transport::unix_socket;
  const auto servers = must(Sandbox::start(options));
  auto ledger = must(Ledger::open({servers->postgres_url(), kLoad}));
  Stocking stocking;
  for (int i = 1; i <= kItems; ++i) stocking.items.push_back({ItemId{i}, kNeverSoldOut});
  must(ledger->stock(stocking));

  Contest contest(servers->postgres_url());
  constexpr std::array kKinds = {&Contest::libpq, &Contest::by_hand, &Contest::through_the_shop};
  for (const auto kind : kKinds) (contest.*kind)();  // warms plans, pages and connections
  std::array<std::vector<double>, kKinds.size()> costs;
  std::vector<double> ratio;
  std::vector<double> to_floor;
  for (auto _ : state) {
    const bool forward = ratio.size() % 2 == 0;
    for (std::size_t turn = 0; turn < kKinds.size(); ++turn) {
      const std::size_t kind = forward ? turn : kKinds.size() - 1 - turn;
      costs[kind].push_back((contest.*kKinds[kind])());
    }
    ratio.push_back(costs[2].back() / costs[1].back());
    to_floor.push_back(costs[2].back() / costs[0].back());
  }
  state.counters["libpq_us"] = median(costs[0]);
  state.counters["by_hand_us"] = median(costs[1]);
  state.counters["shop_us"] = median(costs[2]);
  state.counters["ratio_min"] = std::ranges::min(ratio);
  state.counters["ratio"] = median(ratio);
  state.counters["ratio_max"] = std::ranges::max(ratio);
  state.counters["to_libpq"] = median(to_floor);
}

BENCHMARK(purchase_overhead)
    ->Iterations(times_or(kRounds))
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace doorbuster
