// For tests: a shop with one item on simulated stores, and clients that each run the strategy as an
// application instance of their own. A test leads them through an interleaving, or hands in another
// Chooser. Client 0 is nobody's: it looks at the cache at rest.
//
//   TestShop shop("cache-aside-textbook", 10);
//   shop.script.then(1, "get").then(1, "read_stock").then(2, "decrement_guarded") ...;
//   shop.view(1);
//   shop.buy(2);
//   shop.run();
//   EXPECT_EQ(shop.cached(), 10);
#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <string>

#include "base/task_scope.h"
#include "sim/simulated_stores.h"
#include "store/counting.h"
#include "strategy/registry.h"

namespace doorbuster {

// Lets the next few operations fail: nothing is sent, or it happens and its reply is lost.
template <class Asked, class Operation, class Reply>
class Failing : public Asked {
 public:
  Failing(Asked& inner, Store name) : inner_(inner), name_(name) {}

  // So many operations, after so many that pass.
  void refuse(int operations, int after = 0) {
    refused_ = operations;
    passed_ = after;
  }
  void lose_requests(int operations) { lost_requests_ = operations; }
  void lose_replies(int operations) { lost_ = operations; }
  void lose_replies_of_writes(int operations) { lost_writes_ = operations; }
  void refuse_only(std::string_view operation) { refused_name_ = operation; }

  Task<Reply> execute(Operation operation) override {
    const bool passes = passed_ > 0 && passed_-- > 0;
    if ((refused_ > 0 && !passes) || name_of(operation) == refused_name_) {
      --refused_;
      co_return Error(name_, Cause::not_connected, true, "", "there is no connection");
    }
    const bool definite = access_of(operation) == Access::read;
    if (lost_requests_ > 0) {
      --lost_requests_;
      co_return Error(name_, Cause::timed_out, definite, "", "there came no reply");
    }
    Result<Reply> reply = co_await inner_.execute(operation);
    int& lost = lost_ == 0 && !definite ? lost_writes_ : lost_;
    if (lost > 0) {
      --lost;
      co_return Error(name_, Cause::timed_out, definite, "", "there came no reply");
    }
    co_return reply;
  }

 private:
  Asked& inner_;
  Store name_;
  int refused_ = 0;
  int passed_ = 0;
  int lost_requests_ = 0;
  int lost_ = 0;
  int lost_writes_ = 0;
  std::string_view refused_name_;
};
using FailingCache = Failing<Cache, CacheOperation, CacheReply>;
using FailingDatabase = Failing<Database, DatabaseOperation, DatabaseReply>;

// A word as an option.
inline OptionValue text(const char* value) { return std::string(value); }

class TestShop {
 public:
  static constexpr ItemId kItem{1};

  struct Setup {
    Options changes = {};            // to the strategy's options
    Chooser* chooser = nullptr;      // instead of the script
    bool fused = false;              // each operation is one step
    std::optional<bool> check = {};  // CHECK (quantity >= 0), instead of the strategy's own
  };

  // One application instance.
  struct Client {
    Client(SimulatedClient& stores, const StrategyEntry& entry, const Options& options, int number)
        : failing_cache(stores.cache(), Store::redis),
          failing_database(stores.database(), Store::postgres),
          cache(failing_cache),
          database(failing_database),
          random(stream_seed(1, 1, static_cast<std::uint64_t>(number))),
          clock(stores.clock()),
          strategy(make_strategy(entry, {cache, database, clock, random, figures}, options)) {}

    FailingCache failing_cache;
    FailingDatabase failing_database;
    CountingCache cache;
    CountingDatabase database;
    Random random;
    Clock& clock;
    StrategyFigures figures;
    std::unique_ptr<Strategy> strategy;
    Order order;
    std::optional<Result<StockView>> page;
    std::optional<Result<Purchase>> answer;
    bool drained = false;
    TaskScope beside;  // its strategy's background
    TaskScope doing;
  };

  TestShop(std::string_view strategy, Quantity stock) : TestShop(strategy, stock, Setup{}) {}
  TestShop(std::string_view strategy, Quantity stock, const Setup& setup)
      : entry_(*find_strategy(strategy)),
        options_(default_options(entry_)),
        scheduler_(setup.chooser != nullptr ? *setup.chooser : script),
        stores_(scheduler_, model(setup.fused)) {
    for (const auto& [key, value] : setup.changes) options_[key] = value;
    stocking_ = stocking_for(entry_, options_, {{kItem, stock}});
    if (setup.check) stocking_.check_constraint = *setup.check;
    stores_.postgres.stock(stocking_);
    client(0).doing.spawn(client(0).strategy->prepare(stocking_.items));
    scheduler_.run();
  }

  Scripted script;

  Client& client(int number) {
    auto& client = clients_[number];
    if (client == nullptr) {
      client = std::make_unique<Client>(stores_.client(number), entry_, options_, number);
    }
    return *client;
  }

  // What a client begins to do; it goes on with run().
  void view(int number, ItemId item = kItem) {
    client(number).doing.spawn(view_page(&client(number), item));
  }
  void buy(int number, Quantity quantity = 1) {
    new_order(number, quantity);
    client(number).doing.spawn(place(&client(number)));
  }
  // An order by a buyer who may have others.
  void buy_as(int number, BuyerId buyer) {
    client(number).order = {OrderKey{next_key_++}, buyer, kItem, 1};
    client(number).doing.spawn(place(&client(number)));
  }
  // One more buyer of the same client, whose answer nobody keeps.
  void buy_beside(int number) {
    const Order order{OrderKey{next_key_}, BuyerId{next_key_}, kItem, 1};
    ++next_key_;
    client(number).doing.spawn(place_beside(&client(number), order));
  }
  // The same order once more, as a client does that heard nothing.
  void buy_again(int number) {
    ++client(number).order.repeats;
    client(number).doing.spawn(place(&client(number)));
  }
  // Once a client's answer is to be paid; its answer then is what became of that.
  void pay(int number, Payment payment) {
    client(number).doing.spawn(settle(&client(number), payment));
  }
  // Pays for what is held for him at once, or never, and then has abandoned it.
  void buy_and_pay(int number, std::optional<Payment> payment = Payment::approved) {
    new_order(number);
    client(number).doing.spawn(place_and_settle(&client(number), payment));
  }
  void drain(int number) { client(number).doing.spawn(drain_all(&client(number))); }

  // What the strategy does beside its buyers, from now on until the client is killed.
  void background(int number) {
    client(number).beside.spawn(client(number).strategy->background());
    has_background_ = true;
  }

  // Until nothing is going on any more, but for backgrounds.
  void run() {
    if (has_background_) {
      while (somebody_waits() && scheduler_.step()) {
      }
    } else {
      scheduler_.run();
    }
    EXPECT_TRUE(script.finished());
    for (const auto& [number, client] : clients_) {
      EXPECT_EQ(client->doing.alive(), 0U) << "client " << number << " waits for ever";
    }
  }
  // Until the script is at its end.
  void run_script() {
    while (!script.finished()) ASSERT_TRUE(scheduler_.step());
  }
  bool step() { return scheduler_.step(); }
  // The process is gone with all it was doing; what it has sent is on its way.
  void kill(int number) { clients_.erase(number); }
  void wait(Duration time) {
    client(0).doing.spawn(client(0).clock.sleep_until(scheduler_.now() + time));
    run();
  }

  // What a client was told: an outcome, "failed" or "unknown" by the error, "" while it waits.
  std::string answer(int number) {
    const auto& answer = client(number).answer;
    if (!answer) return "";
    if (*answer) return std::string(to_string((*answer)->outcome));
    return answer->error().definite() ? "failed" : "unknown";
  }
  // What a page shows: a number, "nothing", "error".
  // What the page of a client that looks at it now shows.
  std::string page_now(int number = 9) {
    view(number);
    run();
    return page(number);
  }
  std::int64_t figure(const char* name, int number = 1) {
    return client(number).figures.counts().at(name);
  }
  std::string page(int number) {
    const auto& page = client(number).page;
    if (!page) return "";
    if (!*page) return "error";
    return (*page)->quantity ? std::to_string(*(*page)->quantity) : "nothing";
  }
  Source source(int number) { return (*client(number).page)->source; }

  // At rest.
  Quantity stock() const { return stores_.postgres.row(kItem)->quantity; }
  std::int64_t orders() const {
    return static_cast<std::int64_t>(stores_.postgres.truth().orders.size());
  }
  Quantity held() const { return stores_.postgres.truth().items.front().held; }
  std::optional<Quantity> cached() {
    std::optional<Quantity> shown;
    client(0).doing.spawn(look(client(0).strategy.get(), &shown));
    run();
    return shown;
  }
  std::optional<GateAccount> gate() {
    std::optional<GateAccount> account;
    client(0).doing.spawn(ask_the_gate(client(0).strategy.get(), &account));
    run();
    return account;
  }
  // One more item, as if it stood in the database since it was stocked.
  void put_on_sale(ItemId item, Quantity stock) {
    stocking_.items.push_back({item, stock});
    stores_.postgres.stock(stocking_);
  }
  Result<CacheReply> ask_cache(const CacheOperation& operation) {
    return stores_.redis.apply_now(operation);
  }
  Instant now() const { return scheduler_.now(); }

  // Round trips of one page or one purchase of client 1, on its own: "2R 1D".
  std::string cost_of_view() {
    return cost([this] { view(1); });
  }
  std::string cost_of_buy() {
    return cost([this] { buy(1); });
  }

 private:
  void new_order(int number, Quantity quantity = 1) {
    client(number).order = {OrderKey{next_key_}, BuyerId{next_key_}, kItem, quantity};
    ++next_key_;
  }

  bool somebody_waits() const {
    return std::ranges::any_of(clients_,
                               [](const auto& entry) { return entry.second->doing.alive() > 0; });
  }

  static ServiceModel model(bool fused) {
    ServiceModel model;
    model.fused = fused;
    return model;
  }

  template <class Act>
  std::string cost(Act act) {
    const std::int64_t redis = client(1).cache.operations();
    const std::int64_t database = client(1).database.operations();
    act();
    run();
    return fmt::format("{}R {}D", client(1).cache.operations() - redis,
                       client(1).database.operations() - database);
  }

  static Task<Done> view_page(Client* client, ItemId item) {
    client->page.reset();
    auto page = co_await client->strategy->view(item);
    client->page.emplace(std::move(page));
    co_return Done{};
  }
  static Task<Done> place(Client* client) {
    client->answer.reset();
    auto answer = co_await client->strategy->buy(client->order);
    client->answer.emplace(std::move(answer));
    co_return Done{};
  }
  static Task<Done> place_beside(Client* client, Order order) {
    (void)co_await client->strategy->buy(order);
    co_return Done{};
  }
  static Task<Done> settle(Client* client, Payment payment) {
    client->answer.reset();
    auto answer = co_await client->strategy->pay(client->order, payment);
    client->answer.emplace(std::move(answer));
    co_return Done{};
  }
  static Task<Done> place_and_settle(Client* client, std::optional<Payment> payment) {
    (void)co_await place(client);
    const auto& answer = *client->answer;
    if (!answer || !answer->to_pay) co_return Done{};
    if (payment) co_return co_await settle(client, *payment);
    client->answer.emplace(Purchase{Outcome::abandoned, {}});
    co_return Done{};
  }
  static Task<Done> drain_all(Client* client) {
    (void)co_await client->strategy->drain();
    client->drained = true;
    co_return Done{};
  }
  static Task<Done> look(Strategy* strategy, std::optional<Quantity>* shown) {
    const auto cached = co_await strategy->cached(kItem);
    if (cached) *shown = *cached;
    co_return Done{};
  }
  static Task<Done> ask_the_gate(Strategy* strategy, std::optional<GateAccount>* account) {
    auto asked = co_await strategy->gate(kItem);
    if (asked) *account = *std::move(asked);
    co_return Done{};
  }

  const StrategyEntry& entry_;
  Options options_;
  Stocking stocking_;
  Scheduler scheduler_;
  SimulatedStores stores_;
  std::int64_t next_key_ = 1;
  bool has_background_ = false;
  std::map<int, std::unique_ptr<Client>> clients_;
};

}  // namespace doorbuster
