// write-behind: the gate says yes, and the order is written to the database later, in batches.
//
//   view:     GET gate
//   buy:      reserve and queue, one script (seen before? enough left? take, note who, XADD)
//   consumer: read the next orders of a queue, first those that nobody finished for `claim_after`
//             -> all of them in one statement; refused, for a key is there already or there is too
//             little -> one by one: a duplicate key is an order that is written
//             -> finish: acknowledge, and settle at the gate
//
// The fastest yes there is: one round trip, and the database sees batches. A promise is kept by the
// queue alone until its order is written (time_until_durable): it is safe while Redis loses nothing
// that it acknowledged, which a Redis that dies without fsync does.
// Delivery is at least once: a consumer may die or hear nothing after its write, and then another
// writes again. The order key makes that harmless (order_key = false: an order that is delivered
// twice is written twice), and claiming what is pending finds what a dead consumer had read.
// While the gate does not answer pages fail too (cache_down.cpp has what else they may do).
// There is no way past a gate that does not answer: the database does not know what waits in the
// queue and would sell it again (the mistake: fallback = "database").
// A release that meets an order in the queue would sell its unit twice. It cannot happen here: the
// reservation and its order are one step, and nobody but the consumer, who refused it, gives one
// back. The stores mind it all the same: an order without its reservation is never written
// (store/queue_contract.h).
// Each instance reads the queues of the items that it sold or may have sold, the first all; drain()
// reads too, as a consumer that was started anew.
// Source: the Redis documentation on streams and consumer groups; seckill write-ups that order
// asynchronously through a queue.
#include <algorithm>
#include <set>

#include "strategy/database_view.h"
#include "strategy/order_key.h"
#include "strategy/registry.h"

namespace doorbuster {
namespace {

class WriteBehind final : public Strategy {
 public:
  WriteBehind(Stores stores, const Options& options)
      : cache_(stores.cache),
        database_(stores.database),
        clock_(stores.clock),
        random_(stores.random),
        figures_(stores.figures),
        batch_(std::clamp<std::int64_t>(option<std::int64_t>(options, "batch"), 1, kMostOfABatch)),
        poll_(option<Duration>(options, "poll")),
        claim_after_(option<Duration>(options, "claim_after")),
        claims_(option<bool>(options, "claim")),
        keeps_keys_(option<bool>(options, "order_key")),
        falls_back_(option<std::string>(options, "fallback") == "database") {}

  Task<Done> prepare(std::vector<StockedItem> items) override {
    for (const StockedItem& item : items) {
      const auto loaded = co_await cache_(LoadGate{item.item, item.quantity});
      if (!loaded) co_return loaded.error();
      known_.insert(item.item);
    }
    for (const char* name : {"redelivered", "batches_split", "promised_units_refused"}) {
      figures_.count(name, 0);
    }
    co_return Done{};
  }

  Task<StockView> view(ItemId item) override {
    const auto left = co_await cache_(Get{key(item)});
    if (!left) co_return left.error();
    if (*left) co_return StockView{**left, Source::cache, {}};
    co_return co_await view_from_database(database_, item, Source::cache_missed);
  }

  Task<Purchase> buy(Order order) override {
    const auto reserved = co_await cache_(ReserveQueued{order});
    const bool passed = reserved && reserved->state != Reserve::State::not_loaded;
    // Without a reply it may wait in the queue all the same.
    if (!reserved && !reserved.error().definite()) expect_order_of(order.item);
    if (!passed && falls_back_) co_return co_await buy_directly(order);
    if (!reserved) co_return reserved.error();
    if (!passed) co_return Purchase{Outcome::refused, {}};
    std::optional<Stock> told = said_by_gate(*reserved);
    if (reserved->state == Reserve::State::sold_out) {
      co_return Purchase{Outcome::sold_out, {}, false, told};
    }
    expect_order_of(order.item);
    if (reserved->state == Reserve::State::repeated) told.reset();
    co_return Purchase{Outcome::sold, {}, false, told};
  }

  Task<Done> background() override {
    const std::int64_t consumer = new_consumer();
    Instant look_at_all = clock_.now();
    for (;;) {
      if (clock_.now() >= look_at_all) {
        due_.insert(known_.begin(), known_.end());
        look_at_all = clock_.now() + std::max(claim_after_, poll_);
      }
      std::set<ItemId> later;  // what is not finished now, or may not be
      while (!due_.empty()) {
        const ItemId item = next_due();
        const auto next = co_await write_next(item, consumer);
        if (!next || next->finished < next->read) {
          later.insert(item);
        } else if (next->read == batch_) {
          due_.insert(item);
        }
      }
      (void)co_await clock_.sleep_until(clock_.now() + poll_);
      due_.merge(later);
    }
  }

  // Until no order waits or is pending, or nothing moved for long enough to have been claimed.
  Task<Done> drain() override {
    const std::int64_t consumer = new_consumer();
    const std::set<ItemId> items = known_;
    for (const ItemId item : items) {
      Instant patience_ends = clock_.now() + claim_after_ + kPatience;
      for (;;) {
        const auto next = co_await write_next(item, consumer);
        const auto queue = co_await cache_(QueueLength{item});
        if (queue && queue->orders == 0) break;
        if (next && next->finished > 0) {
          patience_ends = clock_.now() + claim_after_ + kPatience;
          continue;
        }
        if (clock_.now() >= patience_ends) break;
        (void)co_await clock_.sleep_until(clock_.now() + poll_);
      }
    }
    co_return Done{};
  }

  Task<std::optional<Quantity>> cached(ItemId item) override {
    co_return co_await cache_(Get{key(item)});
  }

  Task<std::optional<GateAccount>> gate(ItemId item) override {
    const ReadGate all{item};
    auto account = co_await cache_(all);
    if (!account) co_return account.error();
    co_return std::optional(*std::move(account));
  }

 private:
  static constexpr Duration kPatience = 5s;
  // What became of a batch's orders; the others are still pending and come again.
  struct Ended {
    Ended(ItemId item, Instant read)
        : written{item, true, {}}, refused{item, false, {}}, read_at(read) {}
    FinishQueued written, refused;
    std::size_t writes = 0, refusals = 0;
    Quantity refused_units = 0;
    Instant read_at;
  };
  // Of a queue's next batch: orders that were read, and those brought to an end.
  struct Progress {
    std::int64_t read = 0, finished = 0;
  };

  static Key key(ItemId item) { return {KeyFamily::gate, item}; }
  std::int64_t new_consumer() { return static_cast<std::int64_t>(random_.next() >> 1); }

  void expect_order_of(ItemId item) {
    known_.insert(item);
    due_.insert(item);
  }

  // Each in turn, so that none waits for a busier one.
  ItemId next_due() {
    auto next = due_.upper_bound(last_);
    if (next == due_.end()) next = due_.begin();
    last_ = *next;
    due_.erase(next);
    return last_;
  }

  Task<Purchase> buy_directly(Order order) {
    const auto left = co_await database_(TakeIfAvailable{order});
    if (may_be_placed(order, left)) co_return co_await look_up(database_, order);
    if (!left) co_return left.error();
    if (!*left) co_return Purchase{Outcome::sold_out, {}};
    co_return Purchase{Outcome::sold, **left};
  }

  Task<Progress> write_next(ItemId item, std::int64_t consumer) {
    const ReadQueue next{item, consumer, batch_, claims_ ? claim_after_ : Duration{-1}};
    auto read = co_await cache_(next);
    if (!read) co_return read.error();
    if (read->empty()) co_return Progress{};
    const Instant read_at = clock_.now();
    for (QueuedOrder& queued : *read) {
      if (!queued.again) continue;
      figures_.count("redelivered");
      if (!keeps_keys_) queued.order.key = key_of_its_own(queued.order.key);
    }
    Ended ended(item, read_at);
    const auto written = co_await write(&*read, &ended);
    // Where that fails they come again, and their keys are found.
    if (ended.writes > 0) {
      const auto done = co_await cache_(ended.written);
      if (!done) co_return done.error();
    }
    if (ended.refusals > 0) {
      const auto done = co_await cache_(ended.refused);
      if (!done) co_return done.error();
      figures_.count("promised_units_refused", ended.refused_units);
    }
    if (!written) co_return written.error();
    co_return Progress{static_cast<std::int64_t>(read->size()),
                       static_cast<std::int64_t>(ended.writes + ended.refusals)};
  }

  Task<Done> write(const std::vector<QueuedOrder>* orders, Ended* ended) {
    TakeBatch batch{.item = orders->front().order.item};
    for (const QueuedOrder& queued : *orders) batch.add(queued.order);
    const auto taken = co_await database_(batch);
    if (taken && *taken) {
      for (const QueuedOrder& queued : *orders) {
        ended->written.numbers[ended->writes++] = queued.number;
        is_durable(queued, ended->read_at);
      }
      co_return Done{};
    }
    if (!taken && taken.error().cause() != Cause::duplicate_key) co_return taken.error();

    figures_.count("batches_split");
    for (const QueuedOrder& queued : *orders) {
      const auto one = co_await write_one(queued.order);
      if (!one) continue;
      if (*one == Fate::written) is_durable(queued, ended->read_at);
      if (*one != Fate::refused) {
        ended->written.numbers[ended->writes++] = queued.number;
      } else {
        ended->refused_units += queued.order.quantity;
        ended->refused.numbers[ended->refusals++] = queued.number;
      }
    }
    co_return Done{};
  }

  // Refused: there is too little for it, and it was not written before.
  enum class Fate : unsigned char { written, written_before, refused };
  Task<Fate> write_one(Order order) {
    const auto left = co_await database_(TakeIfAvailable{order});
    if (left && *left) co_return Fate::written;
    if (!left && left.error().cause() == Cause::duplicate_key) co_return Fate::written_before;
    if (!left) co_return left.error();
    const auto found = co_await database_(FindOrder{order.key});
    if (!found) co_return found.error();
    co_return *found ? Fate::written_before : Fate::refused;
  }

  // As this consumer knows: one that another wrote, or whose reply was lost, is timed by nobody.
  void is_durable(const QueuedOrder& queued, Instant read_at) {
    figures_.took("time_until_durable", queued.age + (clock_.now() - read_at));
  }

  // The mistake: what is written again is a new order to the database.
  OrderKey key_of_its_own(OrderKey key) {
    const auto attempt = 1 + random_.below(kMostKeysOfAnIntent - 1);
    return OrderKey{number(first_key(key)) | static_cast<std::int64_t>(attempt)
                                                 << (kBuyerBits + kLineBits)};
  }

  Cache& cache_;
  Database& database_;
  Clock& clock_;
  Random& random_;
  StrategyFigures& figures_;
  std::int64_t batch_;
  Duration poll_;
  Duration claim_after_;
  bool claims_;
  bool keeps_keys_;
  bool falls_back_;
  std::set<ItemId> known_;  // whose queues this instance reads
  std::set<ItemId> due_;    // where an order waits, as far as is known here
  ItemId last_{};
};

std::vector<OptionWord> write_behind_options() {
  return {
      {"batch", std::int64_t{kMostOfABatch}, "orders in one statement, 1 to 8", {}},
      at_least(kLeastPoll, {"poll",
                            Duration(5ms),
                            "how often a consumer looks for orders that its own instance sold",
                            {}}),
      {"claim_after",
       Duration(1s),
       "after how long a consumer takes what another has read and not finished, and looks again at "
       "every queue it knows",
       {}},
      {"claim",
       true,
       "takes over what a consumer had read when he died",
       {},
       {{false, "orders that a consumer had read when he died are never written (lost orders)"}}},
      {"order_key",
       true,
       "an order is written under its own key, however often it is delivered",
       {},
       {{false, "an order that is delivered twice is written twice (duplicate orders)"}}},
      {"fallback",
       std::string("none"),
       "when the gate does not answer: fail, or buy from the database past the queue",
       {"none", "database"},
       {{std::string("database"),
         "the database does not know what waits in the queue and sells it again (promises "
         "lost)"}}}};
}

}  // namespace

StrategyEntry write_behind() {
  return {.name = "write-behind",
          .summary = "sells at the gate into a queue; a consumer writes the orders in batches",
          .anomaly = "",
          .check_constraint = true,
          .options = write_behind_options(),
          .make = [](Stores stores, const Options& options) -> std::unique_ptr<Strategy> {
            return std::make_unique<WriteBehind>(stores, options);
          }};
}

}  // namespace doorbuster
