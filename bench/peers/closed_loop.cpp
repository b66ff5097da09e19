// closed_loop: Doorbuster's own clients as a bare closed loop, without the harness around them: no
// schedule, no buyers, no times taken, no histogram, no history. The floor that bench/peers/run
// sets `doorbuster run` beside, and what bench/peers/instructions counts the instructions of.
//
//   closed_loop sql                                 the statements of a read and a purchase
//   closed_loop stock POSTGRES ITEMS                a shop that other clients then buy from
//   closed_loop left POSTGRES                       units of the item that has the fewest
//   closed_loop read|buy POSTGRES ITEMS CONNECTIONS DEPTH SECONDS
//   closed_loop view REDIS ITEMS CONNECTIONS DEPTH SECONDS
//
// DEPTH is how many operations are in flight on each connection. In place of SECONDS, Nx is so many
// operations. The last line is JSON: operations, seconds, and CPU in microseconds for each.
#include <fmt/format.h>

#include <charconv>
#include <cstdlib>
#include <memory>
#include <pqxx/pqxx>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/random.h"
#include "base/task_scope.h"
#include "loop/event_loop.h"
#include "loop/real_clock.h"
#include "postgres/ledger.h"
#include "postgres/postgres_database.h"
#include "postgres/statements.h"
#include "redis/redis_cache.h"
#include "sandbox/process_cpu.h"

namespace doorbuster {
namespace {

constexpr Quantity kNeverSoldOut = 1'000'000;
constexpr const char* kLoad = "doorbuster-bench";
constexpr std::int64_t kGlance = 64;  // operations between two looks at the clock

// There is nobody to hand an error to.
template <class T>
T must(Result<T> result) {
  CHECK(result.ok(), "{}", result.error().message());
  return *std::move(result);
}

struct Length {
  std::int64_t operations = INT64_MAX;
  Duration lasts = 24h;
};

struct Wanted {
  std::string url;
  int items = 1;
  int connections = 1;
  int depth = 1;
  Length length;
};

// Askers on one loop that ask again as soon as they are answered.
class ClosedLoop {
 public:
  EventLoop loop;
  RealClock clock{loop, steady_now()};

  template <class Ask>
  void run(const Wanted& wanted, Ask ask) {
    left_ = wanted.length.operations;
    asking_ = wanted.connections * wanted.depth;
    const Instant began = clock.now();
    ends_ = began + wanted.length.lasts;
    const Duration cpu_before = own_cpu();
    TaskScope scope;
    for (int i = wanted.connections * wanted.depth; i > 0; --i) scope.spawn(keep_asking(this, ask));
    if (asking_ > 0) loop.run();
    const auto done = static_cast<double>(asked_);
    fmt::print("{{\"operations\": {}, \"seconds\": {:.6f}, \"cpu_us_per_op\": {:.4f}}}\n", asked_,
               to_seconds(clock.now() - began), to_micros(own_cpu() - cpu_before) / done);
  }

 private:
  template <class Ask>
  static Task<Done> keep_asking(ClosedLoop* self, Ask ask) {
    while (self->goes_on()) must(co_await ask());
    if (--self->asking_ == 0) self->loop.stop();
    co_return Done{};
  }

  bool goes_on() {
    if (asked_ % kGlance == 0 && clock.now() >= ends_) left_ = 0;
    if (left_ == 0) return false;
    --left_;
    ++asked_;
    return true;
  }

  std::int64_t left_ = 0;
  std::int64_t asked_ = 0;
  int asking_ = 0;
  Instant ends_;
};

void stock_the_shop(const std::string& url, int items) {
  const auto ledger = must(Ledger::open({url, kLoad}));
  Stocking stocking;
  for (int i = 1; i <= items; ++i) stocking.items.push_back({ItemId{i}, kNeverSoldOut});
  must(ledger->stock(stocking));
}

struct Picker {
  Random random{1};
  int items;
  ItemId next() {
    return ItemId{1 + static_cast<std::int32_t>(random.below(static_cast<std::uint64_t>(items)))};
  }
};

std::unique_ptr<PostgresDatabase> connect(ClosedLoop& asking, const Wanted& wanted) {
  PostgresOptions options;
  options.url = wanted.url;
  options.application_name = kLoad;
  options.connections = wanted.connections;
  options.pipeline = wanted.depth > 1;
  options.depth = wanted.depth;
  options.timeout = 10s;
  return must(
      asking.loop.run_until_done(PostgresDatabase::connect(asking.loop, asking.clock, options)));
}

struct Buying {
  PostgresDatabase* database;
  Picker* picker;
  std::int64_t* last_key;
  auto operator()() const {
    return (*database)(TakeIfAvailable{{OrderKey{++*last_key}, BuyerId{1}, picker->next(), 1}});
  }
};

void buy(const Wanted& wanted) {
  stock_the_shop(wanted.url, wanted.items);
  ClosedLoop asking;
  const auto database = connect(asking, wanted);
  Picker picker{.items = wanted.items};
  std::int64_t last_key = 0;
  asking.run(wanted, Buying{database.get(), &picker, &last_key});
}

struct Reading {
  PostgresDatabase* database;
  Picker* picker;
  auto operator()() const { return (*database)(ReadStock{picker->next()}); }
};

void read(const Wanted& wanted) {
  stock_the_shop(wanted.url, wanted.items);
  ClosedLoop asking;
  const auto database = connect(asking, wanted);
  Picker picker{.items = wanted.items};
  asking.run(wanted, Reading{database.get(), &picker});
}

struct Viewing {
  RedisCache* cache;
  Picker* picker;
  auto operator()() const { return (*cache)(Get{Key{KeyFamily::inventory, picker->next()}}); }
};

Task<Done> fill(RedisCache* cache, int items) {
  for (int i = 1; i <= items; ++i) {
    const SetExpiring copy{Key{KeyFamily::inventory, ItemId{i}}, kNeverSoldOut, 1h};
    must(co_await (*cache)(copy));
  }
  co_return Done{};
}

void view(const Wanted& wanted) {
  ClosedLoop asking;
  RedisSettings settings;
  settings.address = must(parse_redis_url(wanted.url));
  settings.connections = wanted.connections;
  settings.timeout = 10s;
  const auto cache =
      must(asking.loop.run_until_done(RedisCache::connect(&asking.loop, &asking.clock, settings)));
  must(asking.loop.run_until_done(fill(cache.get(), wanted.items)));
  Picker picker{.items = wanted.items};
  asking.run(wanted, Viewing{cache.get(), &picker});
}

void tell_what_is_left(const std::string& url) {
  pqxx::connection connection(url);
  pqxx::nontransaction plain(connection);
  constexpr const char* kFewest = "SELECT coalesce(min(quantity), 0) FROM doorbuster.products";
  fmt::print("{}\n", plain.exec1(kFewest)[0].as<Quantity>());
}

constexpr int kMisused = 3;

template <class Number>
Number number_of(std::string_view text) {
  constexpr Number kMost = 1'000'000'000;
  Number number{};
  const auto [end, wrong] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool whole = wrong == std::errc() && end == text.data() + text.size();
  if (whole && number > 0 && number <= kMost) return number;
  fmt::print(stderr, "closed_loop: '{}' is no number above 0 and at most {}\n", text, kMost);
  std::exit(kMisused);
}

Length length_of(std::string_view text) {
  if (text.ends_with('x')) {
    return {.operations = number_of<std::int64_t>(text.substr(0, text.size() - 1))};
  }
  return {.lasts = from_seconds(number_of<double>(text))};
}

int run(const std::vector<std::string>& words) {
  const std::string what = words.size() < 2 ? "" : words[1];
  if (what == "sql" && words.size() == 2) {
    fmt::print("{}\n{}\n", postgres::statement(DatabaseOperation(ReadStock{}).index()).sql,
               postgres::statement(DatabaseOperation(TakeIfAvailable{}).index()).sql);
    return 0;
  }
  if (what == "stock" && words.size() == 4) {
    stock_the_shop(words[2], number_of<int>(words[3]));
    return 0;
  }
  if (what == "left" && words.size() == 3) {
    tell_what_is_left(words[2]);
    return 0;
  }
  if (words.size() == 7) {
    const Wanted wanted{words[2], number_of<int>(words[3]), number_of<int>(words[4]),
                        number_of<int>(words[5]), length_of(words[6])};
    if (what == "buy") return buy(wanted), 0;
    if (what == "read") return read(wanted), 0;
    if (what == "view") return view(wanted), 0;
  }
  fmt::print(stderr, "usage: see the head of bench/peers/closed_loop.cpp\n");
  return kMisused;
}

}  // namespace
}  // namespace doorbuster

int main(int argc, char** argv) { return doorbuster::run({argv, argv + argc}); }
