#include "run/faults.h"

#include <fmt/format.h>

#include <algorithm>
#include <future>

namespace doorbuster {
namespace {

constexpr Duration kGlance = 20ms;        // how soon half sold, or an early end, is noticed
constexpr Duration kWaitForServer = 1ms;  // between looks at what another thread does

TroubleRule rule_of(const Trouble& trouble, const StrikeWindow& window) {
  TroubleRule rule = rule_of(trouble);
  rule.window = &window;
  return rule;
}

// What blocks must not hold up a shard's buyers.
Task<Done> beside(Clock* clock, World* world, ServerFault fault, bool begin) {
  std::future<Result<Done>> done = std::async(std::launch::async, [world, fault, begin] {
    return begin ? world->begin_fault(fault) : world->end_fault(fault);
  });
  while (done.wait_for(0s) != std::future_status::ready) {
    (void)co_await clock->sleep_until(clock->now() + kWaitForServer);
  }
  co_return done.get();
}

std::optional<std::int64_t> since(Instant opens, Instant when) {
  if (when == kNever) return std::nullopt;
  return std::chrono::duration_cast<std::chrono::milliseconds>(when - opens).count();
}

}  // namespace

TroubleRule rule_of(const Trouble& trouble) {
  return {.operation = trouble.operation,
          .kind = static_cast<TroubleRule::Kind>(trouble.kind),
          .when = static_cast<TroubleRule::When>(trouble.when),
          .share = trouble.share,
          .time = trouble.time,
          .jitter = trouble.jitter};
}

std::optional<std::string> objection_to(const std::vector<Fault>& faults, const OwnServers& own) {
  for (std::size_t i = 0; i < faults.size(); ++i) {
    const auto* server = std::get_if<ServerFault>(&faults[i].what);
    const std::string which = fmt::format("fault[{}] ({})", i + 1, faults[i].kind);
    if (server == nullptr) continue;
    if (own.simulated) {
      return fmt::format(
          "{} happens to a server, and simulated stores have none: run it without --simulated",
          which);
    }
    const bool redis = server->store == Store::redis;
    if (redis ? own.redis : own.postgres) continue;
    return fmt::format(
        "{} happens to a server that doorbuster started, and this {} is yours: leave {} out, or "
        "the fault",
        which, redis ? "Redis" : "PostgreSQL", redis ? "--redis" : "--postgres");
  }
  return std::nullopt;
}

Faults::Faults(std::vector<Fault> faults, Quantity units_on_sale)
    : half_(units_on_sale - units_on_sale / 2) {
  for (Fault& fault : faults) all_.emplace_back(std::move(fault));
}

std::vector<TroubleRule> Faults::rules() const {
  std::vector<TroubleRule> rules;
  for (const Conducted& one : all_) {
    const auto* trouble = std::get_if<Trouble>(&one.fault.what);
    if (trouble != nullptr) rules.push_back(rule_of(*trouble, one.window));
  }
  return rules;
}

std::vector<const StrikeWindow*> Faults::pool_freezes() const {
  std::vector<const StrikeWindow*> windows;
  for (const Conducted& one : all_) {
    if (std::holds_alternative<PoolFreeze>(one.fault.what)) windows.push_back(&one.window);
  }
  return windows;
}

bool Faults::need_snapshot() const {
  return std::ranges::any_of(all_, [](const Conducted& one) {
    const auto* server = std::get_if<ServerFault>(&one.fault.what);
    return server != nullptr && server->snapshot;
  });
}

void Faults::open(Instant opens) {
  opens_ = opens;
  for (Conducted& one : all_) {
    if (!one.fault.at) continue;
    one.window.from = opens + *one.fault.at;
    one.window.until = opens + *one.fault.at + one.fault.lasts;
  }
}

Task<Done> Faults::conduct(Clock* clock, World* world) {
  TaskScope scope;
  for (Conducted& one : all_) scope.spawn(conduct_one(clock, world, &one));
  while (scope.alive() > 0) (void)co_await clock->sleep_until(clock->now() + kGlance);
  co_return Done{};
}

Task<Done> Faults::conduct_one(Clock* clock, World* world, Conducted* one) {
  (void)co_await wait_until_it_begins(clock, one);
  if (ended_) {
    one->window.from = kNever;
    one->window.until = kNever;
    co_return Done{};
  }
  const auto* server = std::get_if<ServerFault>(&one->fault.what);
  if (server == nullptr) {
    // Nobody answers then either.
    const int away = std::holds_alternative<PoolFreeze>(one->fault.what) ? 1 : 0;
    servers_away_ += away;
    (void)co_await wait_until_it_is_over(clock, one);
    servers_away_ -= away;
    one->window.until = std::min(one->window.until.load(), clock->now());
    co_return Done{};
  }
  ++servers_away_;
  one->window.from = clock->now();
  const Result<Done> begun = co_await beside(clock, world, *server, true);
  if (begun) (void)co_await wait_until_it_is_over(clock, one);
  const Result<Done> over = co_await beside(clock, world, *server, false);
  one->window.until = clock->now();
  if (!begun) failure_ = begun.error().message();
  if (!over) failure_ = over.error().message();
  --servers_away_;
  co_return Done{};
}

Task<Done> Faults::wait_until_it_begins(Clock* clock, Conducted* one) {
  while (!ended_ && clock->now() < one->window.from.load()) {
    if (!one->fault.at && sold_ >= half_) {
      const Instant now = clock->now();
      one->window.until = now + one->fault.lasts;
      one->window.from = now;
      break;
    }
    const Instant look_again = std::min(one->window.from.load(), clock->now() + kGlance);
    (void)co_await clock->sleep_until(look_again);
  }
  co_return Done{};
}

Task<Done> Faults::wait_until_it_is_over(Clock* clock, const Conducted* one) {
  const Instant over = one->window.until;
  while (!ended_ && clock->now() < over) {
    (void)co_await clock->sleep_until(std::min(over, clock->now() + kGlance));
  }
  co_return Done{};
}

void Faults::add_struck(const std::vector<std::int64_t>& struck) {
  std::size_t rules = 0;
  for (const Conducted& one : all_) rules += std::holds_alternative<Trouble>(one.fault.what);
  std::size_t index = struck.size() - rules;
  for (Conducted& one : all_) {
    if (std::holds_alternative<Trouble>(one.fault.what)) one.struck += struck.at(index++);
  }
}

std::vector<FaultResult> Faults::results() const {
  std::vector<FaultResult> results;
  for (const Conducted& one : all_) {
    FaultResult result;
    result.kind = one.fault.kind;
    result.at_ms = since(opens_, one.window.from);
    result.until_ms = since(opens_, one.window.until);
    if (const auto* trouble = std::get_if<Trouble>(&one.fault.what)) {
      result.operation = trouble->operation;
      result.struck = one.struck;
    }
    results.push_back(std::move(result));
  }
  return results;
}

std::vector<HistoryFault> Faults::in_history() const {
  std::vector<HistoryFault> made;
  for (const Conducted& one : all_) {
    HistoryFault fault;
    fault.kind = one.fault.kind;
    if (const auto* trouble = std::get_if<Trouble>(&one.fault.what)) {
      fault.operation = trouble->operation;
    }
    const Instant from = one.window.from;
    const Instant until = one.window.until;
    if (from != kNever) {
      fault.from = from - since_start(opens_);
      fault.until = until - since_start(opens_);
    }
    made.push_back(std::move(fault));
  }
  return made;
}

}  // namespace doorbuster
