#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "scenario/sections.h"

namespace doorbuster {
namespace {

constexpr double kSigma = 0.6;  // of a lognormal of which a file says only the median

// A distribution's numbers; those of a time, which are durations, in seconds.
double read_amount(Reader& in, const std::string& name, bool is_time) {
  return is_time ? to_seconds(in.duration(name)) : in.number(name);
}

// `scalar` is the kind that a bare number or duration stands for.
Distribution read_distribution(Reader& in, const std::string& name, Distribution::Kind scalar,
                               bool is_time) {
  Distribution result;
  if (!in.table_given(name)) {
    result.kind = scalar;
    result.mean = read_amount(in, name, is_time);
    if (scalar == Distribution::Kind::lognormal) result.sigma = kSigma;
    return result;
  }
  const std::string kind = in.word(name + ".distribution");
  if (!in.sound(name + ".distribution")) {
    in.ignore_under(name + ".");
  } else if (kind == "fixed") {
    result.mean = read_amount(in, name + ".value", is_time);
  } else if (kind == "uniform") {
    result.kind = Distribution::Kind::uniform;
    result.low = read_amount(in, name + ".low", is_time);
    result.high = read_amount(in, name + ".high", is_time);
    if (in.sound(name + ".low") && in.sound(name + ".high") && result.low > result.high) {
      in.refuse(name + ".low", "it is above high");
    }
  } else if (kind == "lognormal") {
    result.kind = Distribution::Kind::lognormal;
    result.mean = read_amount(in, name + ".median", is_time);
    result.sigma = in.number(name + ".sigma");
  } else {
    result.kind =
        kind == "geometric" ? Distribution::Kind::geometric : Distribution::Kind::exponential;
    result.mean = read_amount(in, name + ".mean", is_time);
    if (is_time && result.kind == Distribution::Kind::geometric) {
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
    return read_distribution(in, "buyers.views", Distribution::Kind::geometric, false);
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
  views.kind = Distribution::Kind::geometric;
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

bool said(const Reader& in, const std::string& name) {
  return in.given(name) || in.table_given(name);
}

// Reads habits at `prefix`, "buyers." or one kind's. What a kind does not say there is as usual.
class HabitsReader {
 public:
  HabitsReader(Reader& in, std::string prefix, const Load& load, const Choice& choice,
               const Habits* usual)
      : in_(in), prefix_(std::move(prefix)), load_(load), choice_(choice), usual_(usual) {}

  Habits read() {
    Habits habits = usual_ == nullptr ? Habits{} : *usual_;
    if (own("never_buys")) habits.never_buys = in_.number(prefix_ + "never_buys");
    if (usual_ == nullptr) {
      habits.views = read_views(in_, habits.never_buys);
    } else {
      distribution("views", Distribution::Kind::geometric, false, habits.views);
    }
    distribution("think", Distribution::Kind::exponential, true, habits.think);
    distribution("quantity", Distribution::Kind::fixed, false, habits.quantity);
    if (own("patience")) habits.patience = in_.duration(prefix_ + "patience");
    if (own("deterred")) habits.deterred = in_.flag(prefix_ + "deterred");
    read_cart(habits);
    read_reaction(habits);
    read_retries(habits);
    read_payment(habits.payment);
    return habits;
  }

 private:
  bool own(const std::string& key) const { return usual_ == nullptr || said(in_, prefix_ + key); }
  void distribution(const std::string& key, Distribution::Kind scalar, bool is_time,
                    Distribution& into) {
    if (own(key)) into = read_distribution(in_, prefix_ + key, scalar, is_time);
  }

  void read_cart(Habits& habits) {
    distribution("cart", Distribution::Kind::fixed, false, habits.cart);
    const bool several = habits.cart.kind != Distribution::Kind::fixed || habits.cart.mean > 1;
    if (several && choice_.kind == Choice::Kind::one && said(in_, prefix_ + "cart")) {
      in_.refuse(prefix_ + "cart",
                 "every buyer wants the first product; for a cart of several say buyers.choice = "
                 "\"uniform\" or \"zipf\"");
    }
  }

  // Not where the load itself could not be read: then nobody can say what has an effect.
  void read_reaction(Habits& habits) {
    const std::string name = prefix_ + "reaction";
    if (!said(in_, name)) return;
    const bool flash = std::ranges::any_of(
        load_.stages, [](const Stage& stage) { return stage.profile == Profile::flash; });
    habits.reaction = read_distribution(in_, name, Distribution::Kind::lognormal, true);
    if (!flash && in_.sound("load.profile") && in_.sound("load.model")) {
      in_.refuse(name,
                 "it has no effect here: only before the T0 of profile = \"flash\" do buyers "
                 "wait");
    }
  }

  // Of [buyers] itself these may be meant for its kinds alone.
  void read_retries(Habits& habits) {
    if (own("retries")) habits.retries = static_cast<int>(in_.whole(prefix_ + "retries"));
    const bool for_kinds = usual_ == nullptr && in_.size_of_list("buyers.kind") > 0;
    if (habits.retries > 0 || for_kinds) {
      distribution("retry_delay", Distribution::Kind::fixed, true, habits.retry_delay);
      if (own("retry_key")) habits.retry_with_new_key = in_.word(prefix_ + "retry_key") == "new";
      if (own("ignores_sold_out")) habits.ignores_sold_out = in_.flag(prefix_ + "ignores_sold_out");
    } else if (!in_.sound(prefix_ + "retries")) {
      for (const char* key : {"retry_delay", "retry_key", "ignores_sold_out"}) {
        in_.ignore_under(prefix_ + key);
      }
    }
  }

  void read_payment(PaymentHabits& payment) {
    distribution("payment.time", Distribution::Kind::lognormal, true, payment.time);
    if (own("payment.fails")) payment.fails = in_.number(prefix_ + "payment.fails");
    if (own("payment.abandons")) payment.abandons = in_.number(prefix_ + "payment.abandons");
  }

  Reader& in_;
  std::string prefix_;
  const Load& load_;
  const Choice& choice_;
  const Habits* usual_;
};

void read_kind_name(Reader& in, const std::string& key, const std::vector<BuyerKind>& others,
                    BuyerKind& kind) {
  if (!in.given(key)) return in.complain(key, fmt::format("{} is missing, such as \"bots\"", key));
  kind.name = in.text(key);
  if (!in.sound(key)) return;
  constexpr std::size_t kLongest = 32;
  constexpr std::string_view kFit =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
  if (kind.name.empty() || kind.name.size() > kLongest ||
      kind.name.find_first_not_of(kFit) != std::string::npos) {
    in.refuse(key, "1 to 32 letters, digits, '.', '_' and '-' are needed");
  } else if (kind.name == kOthers) {
    in.refuse(key, "that is the name of those who belong to no kind; give another");
  } else if (std::ranges::find(others, kind.name, &BuyerKind::name) != others.end()) {
    in.refuse(key, "another kind has that name already; give another");
  }
}

void read_kinds(Reader& in, const Load& load, Buyers& buyers) {
  constexpr double kRounding = 1e-9;
  constexpr int kMostKinds = 100;
  const int kinds = in.size_of_list("buyers.kind");
  if (kinds > kMostKinds) {
    return in.complain(fmt::format("buyers.kind[{}]", kMostKinds + 1),
                       fmt::format("at most {} kinds of buyers are possible", kMostKinds));
  }
  double sum = 0;
  for (int i = 1; i <= kinds; ++i) {
    const std::string prefix = fmt::format("buyers.kind[{}].", i);
    BuyerKind kind;
    static_cast<Habits&>(kind) = HabitsReader(in, prefix, load, buyers.choice, &buyers).read();
    read_kind_name(in, prefix + "name", buyers.kinds, kind);
    kind.share = in.number(prefix + "share");
    if (sum <= 1 + kRounding && sum + kind.share > 1 + kRounding) {
      in.refuse(prefix + "share",
                fmt::format("with it the kinds' shares add up to {:.4g}; at most 1 is possible",
                            sum + kind.share));
    }
    sum += kind.share;
    buyers.kinds.push_back(std::move(kind));
  }
}

}  // namespace

Buyers read_buyers(Reader& in, const Load& load) {
  Buyers buyers;
  buyers.choice = read_choice(in);
  static_cast<Habits&>(buyers) = HabitsReader(in, "buyers.", load, buyers.choice, nullptr).read();
  read_kinds(in, load, buyers);
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
