#include "scenario/describe.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "scenario/keys.h"
#include "scenario/problem.h"
#include "scenario/units.h"

namespace doorbuster {
namespace {

class Values {
 public:
  void add(std::string key, OptionValue value) {
    all_.emplace_back(std::move(key), std::move(value));
  }
  void add(std::string key, const char* word) {
    add(std::move(key), OptionValue(std::string(word)));
  }
  std::vector<ResolvedKey> take() { return std::move(all_); }

 private:
  std::vector<ResolvedKey> all_;
};

void add_shop(Values& out, const Shop& shop) {
  const auto count = static_cast<std::int64_t>(shop.products.size());
  const Quantity stock = shop.products.empty() ? 0 : shop.products[0].stock;
  const auto on_sale = static_cast<std::int64_t>(
      std::count_if(shop.products.begin(), shop.products.end(),
                    [](const Product& product) { return product.on_sale; }));
  out.add("shop.products", count);
  out.add("shop.stock", stock);
  out.add("shop.on_sale", on_sale);
  int index = 0;
  for (const Product& product : shop.products) {
    const std::int64_t id = number(product.id);
    const bool named = product.name != fmt::format("product {}", id);
    const bool marked = product.on_sale != (id <= on_sale);
    if (!named && !marked && product.stock == stock) continue;
    const std::string prefix = fmt::format("shop.product[{}].", ++index);
    out.add(prefix + "id", id);
    if (named) out.add(prefix + "name", product.name);
    if (product.stock != stock) out.add(prefix + "stock", product.stock);
    if (marked) out.add(prefix + "on_sale", product.on_sale);
  }
}

void add_stage(Values& out, const std::string& prefix, const Stage& stage) {
  constexpr std::array kProfiles = {"constant", "poisson", "ramp", "step", "flash"};
  const bool flash = stage.profile == Profile::flash;
  const bool step = stage.profile == Profile::step;
  out.add(prefix + "profile", kProfiles[static_cast<std::size_t>(stage.profile)]);
  out.add(prefix + "duration", stage.duration);
  out.add(prefix + "rate", stage.rate);
  if (step || stage.profile == Profile::ramp) out.add(prefix + "rate_to", stage.rate_to);
  if (step || flash) out.add(prefix + "at", stage.at);
  if (flash) out.add(prefix + "quiet_rate", stage.quiet_rate);
  if (flash) out.add(prefix + "decay", stage.decay);
}

void add_load(Values& out, const Load& load) {
  const bool closed = load.model == Load::Model::closed;
  out.add("load.model", closed ? "closed" : "open");
  out.add("load.pacing", load.pacing);
  if (closed) {
    out.add("load.duration", load.closed_duration);
    out.add("load.buyers", load.closed_buyers);
  } else if (!load.trace_file.empty()) {
    out.add("load.profile", "trace");
    out.add("load.trace", load.trace_file);
    out.add("load.speedup", load.speedup);
  } else if (load.stages.size() == 1) {
    add_stage(out, "load.", load.stages[0]);
  } else {
    int index = 0;
    for (const Stage& stage : load.stages) {
      add_stage(out, fmt::format("load.stage[{}].", ++index), stage);
    }
  }
}

void add_distribution(Values& out, const std::string& name, const Distribution& d, bool is_time) {
  using Kind = Distribution::Kind;
  constexpr std::array kKinds = {"fixed", "uniform", "exponential", "lognormal", "geometric"};
  const auto amount = [is_time](double value) {
    return is_time ? OptionValue(from_seconds(value)) : OptionValue(value);
  };
  out.add(name + ".distribution", kKinds[static_cast<std::size_t>(d.kind)]);
  switch (d.kind) {
    case Kind::fixed:
      return out.add(name + ".value", amount(d.mean));
    case Kind::uniform:
      out.add(name + ".low", amount(d.low));
      return out.add(name + ".high", amount(d.high));
    case Kind::lognormal:
      out.add(name + ".median", amount(d.mean));
      return out.add(name + ".sigma", d.sigma);
    case Kind::exponential:
    case Kind::geometric:
      return out.add(name + ".mean", amount(d.mean));
  }
}

// Plain keys before tables, which no key of the table above them may follow.
void add_habits(Values& out, const std::string& prefix, const Habits& habits) {
  out.add(prefix + "patience", habits.patience);
  out.add(prefix + "never_buys", habits.never_buys);
  out.add(prefix + "deterred", habits.deterred);
  out.add(prefix + "retries", habits.retries);
  if (habits.retries > 0) {
    out.add(prefix + "retry_key", habits.retry_with_new_key ? "new" : "same");
    out.add(prefix + "ignores_sold_out", habits.ignores_sold_out);
  }
}

void add_distributions(Values& out, const std::string& prefix, const Habits& habits) {
  add_distribution(out, prefix + "views", habits.views, false);
  add_distribution(out, prefix + "think", habits.think, true);
  add_distribution(out, prefix + "quantity", habits.quantity, false);
  add_distribution(out, prefix + "cart", habits.cart, false);
  if (habits.reaction) add_distribution(out, prefix + "reaction", *habits.reaction, true);
  if (habits.retries > 0) add_distribution(out, prefix + "retry_delay", habits.retry_delay, true);
  out.add(prefix + "payment.fails", habits.payment.fails);
  out.add(prefix + "payment.abandons", habits.payment.abandons);
  add_distribution(out, prefix + "payment.time", habits.payment.time, true);
}

void add_buyers(Values& out, const Buyers& buyers) {
  constexpr std::array kChoices = {"one", "uniform", "zipf"};
  add_habits(out, "buyers.", buyers);
  out.add("buyers.choice", kChoices[static_cast<std::size_t>(buyers.choice.kind)]);
  if (buyers.choice.kind == Choice::Kind::zipf) {
    out.add("buyers.zipf_exponent", buyers.choice.exponent);
  }
  add_distributions(out, "buyers.", buyers);
  int index = 0;
  for (const BuyerKind& kind : buyers.kinds) {
    const std::string prefix = fmt::format("buyers.kind[{}].", ++index);
    out.add(prefix + "name", kind.name);
    out.add(prefix + "share", kind.share);
    add_habits(out, prefix, kind);
    add_distributions(out, prefix, kind);
  }
}

void add_stores(Values& out, const StoreSettings& stores) {
  out.add("stores.unix_sockets", stores.unix_sockets);
  out.add("stores.durable", stores.durable);
  out.add("stores.redis.connections", stores.redis_connections);
  out.add("stores.redis.timeout", stores.redis_timeout);
  out.add("stores.postgres.connections", stores.postgres_connections);
  out.add("stores.postgres.pipeline", stores.postgres_pipeline);
  if (stores.postgres_pipeline) out.add("stores.postgres.depth", stores.postgres_depth);
  out.add("stores.postgres.timeout", stores.postgres_timeout);
  out.add("network.rtt", stores.rtt);
}

void add_simulation(Values& out, const Simulation& simulation) {
  out.add("simulation.redis_service", simulation.redis_service);
  out.add("simulation.postgres_service", simulation.postgres_service);
  out.add("simulation.postgres_commit", simulation.postgres_commit);
  out.add("simulation.postgres_cores", simulation.postgres_cores);
  out.add("simulation.network", simulation.network);
  out.add("simulation.sigma", simulation.sigma);
}

void add_strike(Values& out, const std::string& prefix, const std::string& when,
                const Trouble& trouble) {
  using Kind = Trouble::Kind;
  const bool loss = trouble.kind == Kind::lose_request || trouble.kind == Kind::lose_reply;
  if (!loss) out.add(prefix + when, trouble.when == Trouble::When::after ? "after" : "before");
  out.add(prefix + "share", trouble.share);
  if (loss || trouble.kind == Kind::delay) out.add(prefix + "time", trouble.time);
  if (trouble.kind == Kind::delay) out.add(prefix + "jitter", trouble.jitter);
}

void add_struck(Values& out, const std::string& prefix, const std::vector<std::string>& names) {
  int which = 0;
  for (const std::string& name : names) {
    out.add(fmt::format("{}strategies[{}]", prefix, ++which), name);
  }
}

void add_troubles(Values& out, const std::vector<Trouble>& troubles) {
  constexpr std::array kKinds = {"delay", "lose_request", "lose_reply", "cut", "die"};
  int index = 0;
  for (const Trouble& trouble : troubles) {
    const std::string prefix = fmt::format("trouble[{}].", ++index);
    out.add(prefix + "operation", trouble.operation);
    out.add(prefix + "kind", kKinds[static_cast<std::size_t>(trouble.kind)]);
    add_strike(out, prefix, "at", trouble);
    add_struck(out, prefix, trouble.strategies);
  }
}

void add_faults(Values& out, const std::vector<Fault>& faults, Duration t0) {
  int index = 0;
  for (const Fault& fault : faults) {
    const std::string prefix = fmt::format("fault[{}].", ++index);
    out.add(prefix + "kind", fault.kind);
    out.add(prefix + "at", fault.at ? format_duration(*fault.at - t0) : "half_sold");
    out.add(prefix + "for", fault.lasts);
    if (const auto* trouble = std::get_if<Trouble>(&fault.what)) {
      out.add(prefix + "operation", trouble->operation);
      add_strike(out, prefix, "when", *trouble);
    }
    const auto* server = std::get_if<ServerFault>(&fault.what);
    if (server != nullptr && server->kind == ServerFault::Kind::restart) {
      if (server->store == Store::redis) {
        out.add(prefix + "keeps", server->snapshot ? "snapshot" : "nothing");
      } else {
        out.add(prefix + "mode", server->immediate ? "immediate" : "fast");
      }
    }
    add_struck(out, prefix, fault.strategies);
  }
}

void add_claims(Values& out, const Scenario& scenario) {
  // Those that hold first: they stand in [expect] itself, which no later table may open again.
  for (const Expectation& expectation : scenario.expectations) {
    if (expectation.invariants.empty()) out.add("expect." + expectation.strategy, "holds");
  }
  for (const Expectation& expectation : scenario.expectations) {
    for (const auto& [invariant, verdict] : expectation.invariants) {
      out.add(fmt::format("expect.{}.{}", expectation.strategy, invariant),
              std::string(to_string(verdict)));
    }
  }
  int index = 0;
  for (const Threshold& threshold : scenario.thresholds) {
    const std::string prefix = fmt::format("thresholds[{}].", ++index);
    out.add(prefix + "expression", threshold.expression);
    int which = 0;
    for (const std::string& name : threshold.strategies) {
      out.add(fmt::format("{}strategies[{}]", prefix, ++which), name);
    }
    out.add(prefix + "abort", threshold.abort);
  }
}

}  // namespace

std::string literal(const OptionValue& value) {
  if (const auto* flag = std::get_if<bool>(&value)) return *flag ? "true" : "false";
  if (const auto* whole = std::get_if<std::int64_t>(&value)) return fmt::format("{}", *whole);
  if (const auto* real = std::get_if<double>(&value)) return fmt::format("{}", *real);
  if (const auto* time = std::get_if<Duration>(&value)) return quoted(format_duration(*time));
  return quoted(std::get<std::string>(value));
}

PlainValue plain_value(const OptionValue& value) {
  const auto plain = [](const auto& held) -> PlainValue {
    if constexpr (std::is_same_v<std::decay_t<decltype(held)>, Duration>) {
      return format_duration(held);
    } else {
      return held;
    }
  };
  return std::visit(plain, value);
}

std::vector<ResolvedKey> resolved_values(const Scenario& scenario) {
  Values out;
  out.add("name", scenario.name);
  out.add("description", scenario.description);
  out.add("seed", static_cast<std::int64_t>(scenario.seed));
  out.add("repetitions", scenario.repetitions);
  out.add("shards", scenario.shards);
  out.add("pause", scenario.pause);
  int index = 0;
  for (const StrategyChoice& strategy : scenario.strategies) {
    out.add(fmt::format("strategies[{}]", ++index), strategy.name);
  }
  add_shop(out, scenario.shop);
  add_load(out, scenario.load);
  if (scenario.load.trace_file.empty()) add_buyers(out, scenario.buyers);
  for (const StrategyChoice& strategy : scenario.strategies) {
    if (strategy.strategy != strategy.name) {
      out.add(fmt::format("strategy.{}.is", strategy.name), strategy.strategy);
    }
    if (!strategy.allows.empty()) out.add(fmt::format("strategy.{}.unsafe", strategy.name), true);
    for (const auto& [option, value] : strategy.options) {
      out.add(fmt::format("strategy.{}.{}", strategy.name, option), value);
    }
  }
  add_stores(out, scenario.stores);
  add_simulation(out, scenario.simulation);
  out.add("warmup.duration", scenario.warmup.duration);
  out.add("warmup.rate", scenario.warmup.rate);
  out.add("limits.buyers_in_flight", scenario.limits.buyers_in_flight);
  out.add("limits.drain", scenario.limits.drain);
  out.add("history.views", scenario.history.views);
  if (scenario.history.views) out.add("history.views_until", scenario.history.views_until >> 20);
  out.add("history.stock_log", scenario.history.stock_log);
  add_troubles(out, scenario.troubles);
  add_faults(out, scenario.faults, scenario.load.t0());
  add_claims(out, scenario);
  return out.take();
}

std::string to_toml(const Scenario& scenario) {
  std::string out;
  std::string table;
  std::string list;  // the key whose array is open
  for (const auto& [key, value] : resolved_values(scenario)) {
    const std::size_t dot = key.rfind('.');
    const std::string of = dot == std::string::npos ? "" : key.substr(0, dot);
    std::string last = key.substr(dot + 1);  // npos + 1 is 0
    const std::size_t index = last.find('[');
    const bool element = index != std::string::npos;
    last = last.substr(0, index);
    if (element && list == of + "." + last) {
      out += fmt::format(", {}", literal(value));
      continue;
    }
    if (!list.empty()) out += "]\n";
    list = element ? of + "." + last : "";
    if (of != table) {
      const std::string plain = without_indices(of);
      out += of.ends_with(']') ? fmt::format("\n[[{}]]\n", plain) : fmt::format("\n[{}]\n", plain);
      table = of;
    }
    out += fmt::format("{} = {}{}", last, element ? "[" : "", literal(value));
    if (!element) out += '\n';
  }
  if (!list.empty()) out += "]\n";
  return out;
}

}  // namespace doorbuster
