#include <fmt/format.h>

#include <cmath>

#include "scenario/sections.h"

namespace doorbuster {
namespace {

using Kind = Distribution::Kind;

// A distribution's numbers, which are durations in `think`: those in seconds.
double read_amount(Reader& in, const std::string& name, bool is_time) {
  return is_time ? to_seconds(in.duration(name)) : in.number(name);
}

// `scalar` is the kind that a bare number or duration stands for.
Distribution read_distribution(Reader& in, const std::string& name, Kind scalar, bool is_time) {
  Distribution result;
  if (!in.table_given(name)) {
    result.kind = scalar;
    result.mean = read_amount(in, name, is_time);
    return result;
  }
  const std::string kind = in.word(name + ".distribution");
  if (!in.sound(name + ".distribution")) {
    in.ignore_under(name + ".");
  } else if (kind == "fixed") {
    result.mean = read_amount(in, name + ".value", is_time);
  } else if (kind == "uniform") {
    result.kind = Kind::uniform;
    result.low = read_amount(in, name + ".low", is_time);
    result.high = read_amount(in, name + ".high", is_time);
    if (in.sound(name + ".low") && in.sound(name + ".high") && result.low > result.high) {
      in.refuse(name + ".low", "it is above high");
    }
  } else if (kind == "lognormal") {
    result.kind = Kind::lognormal;
    result.mean = read_amount(in, name + ".median", is_time);
    result.sigma = in.number(name + ".sigma");
  } else {
    result.kind = kind == "geometric" ? Kind::geometric : Kind::exponential;
    result.mean = read_amount(in, name + ".mean", is_time);
    if (is_time && result.kind == Kind::geometric) {
      in.refuse(name + ".distribution",
                "a geometric counts things; exponential is its like in time");
    }
  }
  return result;
}

// The mean m of the geometric that gives `views` pages a session over all sessions. A buyer draws
// from it as it is, who only looks sees at least one page: m + never_buys / (1 + m) = views.
// REQUIRES: views >= never_buys
double geometric_mean_for(double views, double never_buys) {
  const double m =
      ((views - 1) + std::sqrt((views - 1) * (views - 1) + 4 * (views - never_buys))) / 2;
  return std::round(m * 1e9) / 1e9;  // so that 0.9 gives 9 and not 9.000000000000002
}

Distribution read_views(Reader& in, double never_buys) {
  if (!in.given("buyers.read_share")) {
    return read_distribution(in, "buyers.views", Kind::geometric, false);
  }
  const double share = in.number("buyers.read_share");
  if (in.given("buyers.views") || in.table_given("buyers.views")) {
    in.refuse("buyers.read_share", "it stands for buyers.views, which is given too; keep one");
    in.ignore_under("buyers.views");
  } else if (in.sound("buyers.read_share") && never_buys == 1 && share > 0) {
    in.refuse("buyers.read_share",
              "with never_buys = 1 there are no purchases to share with; give views instead");
  }
  Distribution views;
  views.kind = Kind::geometric;
  // read_share is views / (views + purchases), over all sessions, those that never buy included.
  const double per_session = share / (1 - share) * (1 - never_buys);
  if (per_session >= never_buys) {
    views.mean = geometric_mean_for(per_session, never_buys);
  } else if (in.sound("buyers.read_share")) {
    in.refuse("buyers.read_share",
              "who never buys sees a page each, which is a larger share already; lower never_buys");
  }
  return views;
}

Choice read_choice(Reader& in) {
  Choice choice;
  const std::string word = in.word("buyers.choice");
  if (word == "uniform") choice.kind = Choice::Kind::uniform;
  if (word == "zipf") {
    choice.kind = Choice::Kind::zipf;
    choice.exponent = in.number("buyers.zipf_exponent");
  }
  if (!in.sound("buyers.choice")) in.ignore_under("buyers.zipf_exponent");
  return choice;
}

}  // namespace

Buyers read_buyers(Reader& in) {
  Buyers buyers;
  buyers.never_buys = in.number("buyers.never_buys");
  buyers.views = read_views(in, buyers.never_buys);
  buyers.think = read_distribution(in, "buyers.think", Kind::exponential, true);
  buyers.quantity = read_distribution(in, "buyers.quantity", Kind::fixed, false);
  buyers.patience = in.duration("buyers.patience");
  buyers.deterred = in.flag("buyers.deterred");
  buyers.choice = read_choice(in);
  return buyers;
}

StoreSettings read_stores(Reader& in, int shards) {
  StoreSettings stores;
  stores.redis_connections = static_cast<int>(in.whole("stores.redis.connections"));
  stores.redis_timeout = in.duration("stores.redis.timeout");
  stores.postgres_connections = static_cast<int>(in.whole("stores.postgres.connections"));
  stores.postgres_pipeline = in.flag("stores.postgres.pipeline");
  if (stores.postgres_pipeline) {
    stores.postgres_depth = static_cast<int>(in.whole("stores.postgres.depth"));
  }
  if (!in.sound("stores.postgres.pipeline")) in.ignore_under("stores.postgres.depth");
  stores.postgres_timeout = in.duration("stores.postgres.timeout");
  stores.rtt = in.duration("network.rtt");
  stores.unix_sockets = in.flag("stores.unix_sockets");
  stores.durable = in.flag("stores.durable");
  for (const auto& [key, connections] :
       {std::pair{"stores.redis.connections", &stores.redis_connections},
        std::pair{"stores.postgres.connections", &stores.postgres_connections}}) {
    if (!in.sound(key) || !in.sound("shards") || *connections >= shards) continue;
    if (!in.given(key)) {
      *connections = shards;
    } else {
      in.refuse(key, fmt::format("each of the {} shards needs a connection of its own", shards));
    }
  }
  return stores;
}

}  // namespace doorbuster
