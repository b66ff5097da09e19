// A scenario: what is to be run, as plain structs. parse.h makes one from TOML and checks all of
// it; whoever holds a Scenario holds a possible one. Every value is resolved (defaults filled in).
// Owns all.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/ids.h"
#include "base/outcome.h"
#include "base/result.h"
#include "base/time.h"
#include "scenario/trace.h"

namespace doorbuster {

// A distribution with the parameters it uses; the others are zero.
struct Distribution {
  enum class Kind : unsigned char { fixed, uniform, exponential, lognormal, geometric };
  Kind kind = Kind::fixed;
  double mean = 0;   // fixed: the value; exponential, geometric: the mean; lognormal: the median
  double sigma = 0;  // lognormal
  double low = 0;    // uniform
  double high = 0;
};

struct Product {
  ItemId id{};
  std::string name;
  Quantity stock = 0;
  bool on_sale = true;  // may be bought; every product may be viewed
};

struct Shop {
  std::vector<Product> products;  // ids 1..n in order
};

enum class Profile : unsigned char { constant, poisson, ramp, step, flash };

// One stage of an open load; rates in arriving sessions a second, over all shards.
struct Stage {
  Profile profile = Profile::poisson;
  Duration duration{};
  double rate = 0;     // constant, poisson; ramp and step: at the beginning; flash: at T0, the peak
  double rate_to = 0;  // ramp: at the end; step: after the step
  Duration at{};       // step: when it comes; flash: T0, the end of the quiet time
  double quiet_rate = 0;  // flash: before T0
  Duration decay{};       // flash: time constant of the exponential decay after T0
};

struct Load {
  enum class Model : unsigned char { open, closed };
  Model model = Model::open;
  std::vector<Stage> stages;  // open: they follow each other
  std::int64_t closed_buyers =
      0;  // closed: sessions at once, each begins the next when it ends the last
  Duration closed_duration{};
  Duration pacing{};  // how often the loop releases the arrivals that are due
  // open, instead of stages: the rows of a file are all that happens. load_scenario() reads it.
  std::string trace_file = {};  // as the scenario names it, from its own folder; "": stages
  double speedup = 1;           // of the trace's times
  std::shared_ptr<const Trace> trace = nullptr;

  // When a row of the trace is due, since the doors opened.
  Duration due(Duration recorded) const { return from_seconds(to_seconds(recorded) / speedup); }

  // T0, since the doors opened: the end of the first quiet time; the opening itself without one.
  Duration t0() const {
    Duration begin{};
    for (const Stage& stage : stages) {
      if (stage.profile == Profile::flash) return begin + stage.at;
      begin += stage.duration;
    }
    return {};
  }

  // Of arrivals, all stages together.
  Duration duration() const {
    if (model == Model::closed) return closed_duration;
    if (trace) return std::max(due(trace->last()), Duration(1ms));
    Duration sum{};
    for (const Stage& stage : stages) sum += stage.duration;
    return sum;
  }
};

struct Choice {
  enum class Kind : unsigned char { one, uniform, zipf };
  Kind kind = Kind::one;
  double exponent = 0;  // zipf: rank r has weight r^-exponent; rank 1 is the first product on sale
};

// Of a purchase that is only held until it is paid.
struct PaymentHabits {
  Distribution time;    // until the provider answers (seconds)
  double fails = 0;     // share that the provider declines
  double abandons = 0;  // share of holds that nobody pays
};

// How a buyer behaves.
struct Habits {
  Distribution views;     // pages looked at before buying (a number)
  Distribution think;     // before each step of a session but the first (seconds)
  Distribution quantity;  // units wanted (a number, rounded, at least 1)
  // Different products wanted (a number, rounded, at least 1).
  Distribution cart = {.kind = Distribution::Kind::fixed, .mean = 1};
  // Who comes in the quiet time of a flash begins this long after T0 (seconds). Nothing: when he
  // comes.
  std::optional<Distribution> reaction;
  Duration patience{};       // a buyer leaves this long after arriving; zero: never
  double never_buys = 0;     // share of sessions that only look
  bool deterred = false;     // does not try when the last page showed none left
  int retries = 0;           // most attempts after the first, when it was not answered with yes
  Distribution retry_delay;  // before each (seconds)
  bool retry_with_new_key =
      false;                      // the mistake: each attempt is a purchase of its own to the shop
  bool ignores_sold_out = false;  // tries again after "sold out" too
  PaymentHabits payment;
};

// What those are called who belong to no kind where there are kinds.
inline constexpr std::string_view kOthers = "others";

// Some of the buyers, who have a name and habits of their own.
struct BuyerKind : Habits {
  std::string name;
  double share = 0;  // of the sessions
};

// The habits are those of every buyer, or, with kinds, of those who belong to none.
struct Buyers : Habits {
  Choice choice;
  std::vector<BuyerKind> kinds;

  double share_of_no_kind() const {
    constexpr double kRounding = 1e-9;  // of shares that are meant to add up to one
    double rest = 1;
    for (const BuyerKind& kind : kinds) rest -= kind.share;
    return rest > kRounding ? rest : 0;
  }
};

// The value of a strategy's option. A duration is a Duration, any other number int64 or double.
using OptionValue = std::variant<bool, std::int64_t, double, Duration, std::string>;
using Options = std::map<std::string, OptionValue>;

struct StrategyChoice {
  std::string name;      // in reports: the strategy's own, or one that the scenario gave
  std::string strategy;  // of the catalogue
  Options options;  // all of the strategy's own, defaults filled in; common ones if not standard
  // What its options allow, a sentence each; the scenario said unsafe = true to it.
  std::vector<std::string> allows = {};
};

struct StoreSettings {
  int redis_connections = 0;       // total over the shards
  Duration redis_timeout{};        // of one command
  int postgres_connections = 0;    // total over the shards
  bool postgres_pipeline = false;  // several statements in flight on a connection
  int postgres_depth = 1;          // statements in flight on a connection, with pipeline
  Duration postgres_timeout{};     // of one statement, waiting for a connection included
  Duration rtt{};                  // added to each round trip, in the harness's own connections
  bool unix_sockets = false;       // throwaway servers are spoken to by unix socket, not TCP
  bool durable = false;            // throwaway servers with fsync and appendfsync always
};

// The model of --simulated: service times of the simulated servers (medians of lognormals).
struct Simulation {
  Duration redis_service{};     // one command, on the one thread Redis has
  Duration postgres_service{};  // one statement, on one of the cores
  Duration postgres_commit{};   // added while a changed row is locked
  int postgres_cores = 0;
  Duration network{};  // one way
  double sigma = 0;    // of the lognormal service times
};

struct Warmup {
  Duration duration{};  // zero: none; on stock of its own, thrown away
  double rate = 0;      // sessions a second
};

struct Limits {
  std::int64_t buyers_in_flight = 0;  // an arrival over it is dropped and counted
  Duration drain{};                   // after the last arrival, before who thinks is sent home
};

// What of a trial's operations is kept in its history. Purchases always are.
struct HistoryKept {
  bool views = true;
  std::int64_t views_until = 0;  // bytes of the file; no view is kept beyond
  bool stock_log = false;        // the database logs every change of a stock row
};

struct Threshold {
  enum class Comparison : unsigned char { less, less_equal, greater, greater_equal, equal };
  std::string expression;  // as written, "buy.p99 < 50ms"
  std::string metric;      // one of the vocabulary's metrics, "buy.p99"
  Comparison comparison = Comparison::less;
  double value = 0;  // in the metric's unit: microseconds for a time, else a plain number
  std::string unit;  // "ms", "/s", "", as written
  std::vector<std::string> strategies;  // empty: all
  bool abort = false;  // ends the trial early when it no longer holds (checked each second)
};

// What strikes operations on their way to a store, as store/trouble.h does it; the two have the
// same meaning. Rules that match the same operation strike in the order of the file.
struct Trouble {
  enum class Kind : unsigned char { delay, lose_request, lose_reply, cut, die };
  enum class When : unsigned char { before, after };
  std::string operation;  // a name as store/ has it, "redis", "postgres" or "any"
  Kind kind = Kind::delay;
  When when = When::before;             // the operation; of delay, cut and die
  double share = 1;                     // of the operations that match
  Duration time{};                      // of delay: how long; of lose_*: until the client gives up
  Duration jitter{};                    // of delay: uniform from 0 to it, added
  std::vector<std::string> strategies;  // empty: all
};

// What happens to a throwaway server itself.
struct ServerFault {
  enum class Kind : unsigned char { restart, stall };
  Store store = Store::redis;
  Kind kind = Kind::restart;
  bool snapshot = false;   // restart of Redis: with what it held when the doors opened, not empty
  bool immediate = false;  // restart of PostgreSQL: by its immediate shutdown, as after a crash
};

// No connection of the pools to the database is handed out: who needs one waits.
struct PoolFreeze {};

// What goes wrong at a time, and is over at another: on the way to the stores, at a server, or
// within the harness.
struct Fault {
  std::string kind;            // as the scenario says it
  std::optional<Duration> at;  // since the doors opened; nothing: when half of the units are sold
  Duration lasts{};
  std::variant<Trouble, ServerFault, PoolFreeze> what;
  std::vector<std::string> strategies;  // empty: all
};

// What a strategy is expected to show: invariant name to verdict. A strategy that is not named, or
// that names no invariant, is expected to hold every one. One that names some must show those; the
// rest is not judged, for an oversell breaks other accounts with it.
struct Expectation {
  std::string strategy;
  std::map<std::string, Verdict> invariants;
};

struct Scenario {
  std::string name;
  std::string description;
  std::string file;    // as given on the command line; "" for text
  std::string sha256;  // of the file's bytes
  std::uint64_t seed = 0;
  int repetitions = 1;
  int shards = 1;
  Duration pause{};  // between trials
  Shop shop;
  Load load;
  Buyers buyers;
  std::vector<StrategyChoice> strategies;
  StoreSettings stores;
  Simulation simulation;
  Warmup warmup;
  Limits limits;
  HistoryKept history;
  std::vector<Trouble> troubles;
  std::vector<Fault> faults;
  std::vector<Threshold> thresholds;
  std::vector<Expectation> expectations;

  // Every key with its resolved value, as "load.pacing" to a TOML literal, in the order of the key
  // table.
  std::vector<std::pair<std::string, OptionValue>> resolved;
};

}  // namespace doorbuster
