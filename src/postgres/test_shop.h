// For tests only: one throwaway PostgreSQL a test program, and a shop in it with a loop, a clock, a
// ledger and as many pools as a test wants.
#pragma once

#include <poll.h>

#include <memory>
#include <pqxx/pqxx>
#include <string>
#include <utility>
#include <vector>

#include "base/task_scope.h"
#include "loop/event_loop.h"
#include "loop/real_clock.h"
#include "postgres/ledger.h"
#include "postgres/postgres_database.h"
#include "sandbox/sandbox.h"
#include "store/contract_support.h"

namespace doorbuster {

constexpr int kMaxConnections = 40;

inline std::unique_ptr<Sandbox> start_postgres() {
  SandboxOptions options;
  options.redis = false;
  options.max_connections = kMaxConnections;
  auto sandbox = Sandbox::start(options);
  CHECK(sandbox.ok(), "{}", sandbox.error().message());
  return *std::move(sandbox);
}

inline Sandbox& shared_postgres() {
  static const std::unique_ptr<Sandbox> sandbox = start_postgres();
  return *sandbox;
}

// Waits for something real, boundedly.
template <class Condition>
bool comes_true(Condition condition, Duration within = 10s) {
  const Duration deadline = steady_now() + within;
  while (!condition()) {
    if (steady_now() > deadline) return false;
    ::poll(nullptr, 0, 2);
  }
  return true;
}

class TestShop {
 public:
  explicit TestShop(Sandbox& sandbox = shared_postgres())
      : url_(sandbox.postgres_url()), clock_(loop_, steady_now(), Duration::zero()) {
    LedgerOptions options;
    options.url = url_;
    options.load_name = kLoad;
    auto opened = Ledger::open(options);
    CHECK(opened.ok(), "{}", opened.error().message());
    ledger_ = *std::move(opened);
  }

  PostgresOptions options(int connections) const {
    PostgresOptions options;
    options.url = url_;
    options.application_name = kLoad;
    options.connections = connections;
    options.timeout = 10s;
    return options;
  }
  Result<std::unique_ptr<PostgresDatabase>> try_to_connect(const PostgresOptions& options) {
    return loop_.run_until_done(PostgresDatabase::connect(loop_, clock_, options));
  }
  std::unique_ptr<PostgresDatabase> connect(const PostgresOptions& options) {
    auto database = try_to_connect(options);
    CHECK(database.ok(), "{}", database.error().message());
    return *std::move(database);
  }

  void stock(const Stocking& stocking) {
    stocking_ = stocking;
    const auto stocked = ledger_->stock(stocking);
    CHECK(stocked.ok(), "{}", stocked.error().message());
  }
  void stock(Quantity quantity, bool check = true) { stock(of({{kItem, quantity}}, check)); }
  static Stocking of(std::vector<StockedItem> items, bool check = true) {
    Stocking stocking;
    stocking.items = std::move(items);
    stocking.check_constraint = check;
    return stocking;
  }
  GroundTruth truth() {
    auto truth = ledger_->truth(stocking_);
    CHECK(truth.ok(), "{}", truth.error().message());
    return *std::move(truth);
  }

  // All at once, until all have ended.
  void run(std::vector<Task<Done>> tasks) {
    TaskScope scope;
    std::size_t left = tasks.size();
    for (auto& task : tasks) scope.spawn(count_down(std::move(task), &left, &loop_));
    if (left > 0) loop_.run();
  }
  // Runs the loop for a while, so that what goes on behind a test's back can.
  void let_pass(Duration time) {
    (void)loop_.run_until_done(clock_.sleep_until(clock_.now() + time));
  }

  template <class Op>
  Result<typename Op::Reply> ask(Database& database, Op op) {
    return loop_.run_until_done(database(op));
  }

  static Order order(int key) { return {OrderKey{key}, BuyerId{key}, kItem, 1}; }

  EventLoop& loop() { return loop_; }
  RealClock& clock() { return clock_; }
  Ledger& ledger() { return *ledger_; }
  const std::string& url() const { return url_; }

  static constexpr const char* kLoad = "doorbuster-load-test";
  static constexpr ItemId kItem{1};

 private:
  static Task<Done> count_down(Task<Done> task, std::size_t* left, EventLoop* loop) {
    (void)co_await std::move(task);
    if (--*left == 0) loop->stop();
    co_return Done{};
  }

  std::string url_;
  EventLoop loop_;
  RealClock clock_;
  std::unique_ptr<Ledger> ledger_;
  Stocking stocking_;
};

// A session of somebody else in the same database.
class OtherSession {
 public:
  explicit OtherSession(const std::string& url) : connection_(url) {}
  ~OtherSession() { end(); }

  pqxx::result now(const std::string& sql) {
    pqxx::nontransaction plain(connection_);
    return plain.exec(sql);
  }
  // Holds what it locks until end() or commit().
  void hold(const std::string& sql) {
    work_ = std::make_unique<pqxx::work>(connection_);
    work_->exec(sql);
  }
  void end() { work_.reset(); }
  void commit() {
    work_->commit();
    end();
  }

  // The sessions of the load, by pid.
  std::vector<int> load_pids() {
    const pqxx::result rows =
        now("SELECT pid FROM pg_stat_activity WHERE application_name = 'doorbuster-load-test'"
            " ORDER BY pid");
    std::vector<int> pids;
    for (pqxx::result::size_type i = 0; i < rows.size(); ++i) {
      pids.push_back(rows[i][0].as<int>());
    }
    return pids;
  }
  bool load_waits_for_a_lock() {
    return !now("SELECT 1 FROM pg_stat_activity WHERE application_name = 'doorbuster-load-test'"
                " AND wait_event_type = 'Lock'")
                .empty();
  }

 private:
  pqxx::connection connection_;
  std::unique_ptr<pqxx::work> work_;
};

}  // namespace doorbuster
