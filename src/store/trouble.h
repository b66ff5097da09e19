// TroubledCache, a Cache that holds a Cache, and TroubledDatabase, a Database that holds a
// Database: trouble on the way between a client and its store, as rules say it. The store itself
// stays sound: what reached it happened there, what did not reach it did not.
//
//   delay         the client pauses for time + uniform(0..jitter), before asking or after the reply
//   lose_request  nothing is sent; after `time` the client gives up: Cause::timed_out
//   lose_reply    it happened; the client gives up `time` after asking, never before it happened
//   cut           Cause::connection_lost, before anything happened or after it happened
//   die           the caller is never answered; it stays suspended until somebody destroys it, and
//                 what it holds in this process stays held, as by a thread that hangs
//
// The client cannot know which of them it was, so the errors are those of a real connection:
// indefinite for a write, definite for a read. Whatever the store answered, an error too, is lost
// with a reply. Each rule that matches is drawn by its share when its moment comes, in the order
// given, first those before the operation and then those after; the first that ends the operation
// is the last that strikes. What no rule matches passes straight through, as does all while the
// trouble is off; it begins on. A rule with a window strikes within it alone.
//
// A client that gives up a statement of an interactive transaction, or whose connection is cut
// there, has lost the transaction: the server, which finds the connection closed, rolls it back
// where it is still open, and the client hears of his trouble after that. Of one who dies it hears
// nothing: his transaction ends as one that was forgotten does.
//
// What is wrapped, the clock and the random outlive the wrapper, the wrapper the operations that
// passed through it; it owns its rules. One thread, its shard's.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/check.h"
#include "base/clock.h"
#include "base/completion.h"
#include "base/random.h"
#include "base/suspended.h"
#include "store/cache.h"
#include "store/database.h"

namespace doorbuster {

// When a rule strikes, by the clock of whom it strikes. Whoever knows sets it, while shards on
// other threads look.
struct StrikeWindow {
  std::atomic<Instant> from = kNever;
  std::atomic<Instant> until = kNever;  // no longer then

  bool holds(Instant now) const { return now >= from.load() && now < until.load(); }
};

struct TroubleRule {
  enum class Kind : unsigned char { delay, lose_request, lose_reply, cut, die };
  enum class When : unsigned char { before, after };
  std::string operation;  // an operation's kName; "redis", "postgres": all of that store; or "any"
  Kind kind = Kind::delay;
  When when = When::before;              // of delay, cut and die
  double share = 1;                      // of the operations that match, 0..1
  Duration time{};                       // of delay: how long; of lose_*: until the client gives up
  Duration jitter{};                     // of delay
  const StrikeWindow* window = nullptr;  // outlives the rule; null: always

  bool matches(Store store, std::string_view name) const;
  bool strikes_before() const {
    return kind == Kind::lose_request || (kind != Kind::lose_reply && when == When::before);
  }
};

// The kName of every operation of both stores: what a rule may name besides redis, postgres, any.
std::vector<std::string> operation_names();

// What the client is told of an operation whose answer does not come.
Error unanswered(Store store, Cause cause, Access access, std::string_view name);

template <class Inner, class Operation, class Reply, Store kStore>
class Troubled : public Inner {
 public:
  // REQUIRES: each share is 0..1, no time and no jitter is negative.
  Troubled(Inner& inner, std::vector<TroubleRule> rules, Clock& clock, Random& random);

  Task<Reply> execute(Operation operation) override {
    const Matching& matching = matching_[operation.index()];
    if (off_ || (matching.before.empty() && matching.after.empty())) {
      return inner_.execute(operation);
    }
    return execute_troubled(operation);
  }

  void turn_off(bool off) { off_ = off; }

  // How often each rule struck, in the order of the rules; and how many callers died, or how many
  // of those that were spawned in a scope.
  const std::vector<std::int64_t>& struck() const { return struck_; }
  // Operations of which the trouble, not the store, had the last word.
  std::int64_t told() const { return told_; }
  std::int64_t deaths() const { return static_cast<std::int64_t>(dead_.size()); }
  std::int64_t deaths(const TaskScope& scope) const {
    const auto found = dead_of_.find(&scope);
    return found == dead_of_.end() ? 0 : found->second;
  }

 private:
  struct Matching {
    std::vector<std::size_t> before;  // indices of rules
    std::vector<std::size_t> after;
  };

  Task<Reply> execute_troubled(Operation operation);
  // What the server would keep open after the loss of an answer is closed.
  Task<Done> hang_up(Operation operation, std::optional<TransactionId> begun);
  static std::optional<TransactionId> begun_by(const Result<Reply>& reply) {
    if constexpr (kStore == Store::postgres) {
      const auto* begun = reply ? std::get_if<TransactionId>(&*reply) : nullptr;
      if (begun != nullptr) return *begun;
    }
    return std::nullopt;
  }
  // Done: the operation goes on. An error: it ended so for the client.
  Task<Done> suffer(std::size_t index, Operation operation, Instant asked);

  bool strikes(std::size_t index) {
    const TroubleRule& rule = rules_[index];
    if (off_ || (rule.window != nullptr && !rule.window->holds(clock_.now()))) return false;
    if (!random_.chance(rule.share)) return false;
    ++struck_[index];
    return true;
  }
  Duration pause_of(const TroubleRule& rule) {
    const double jitter = random_.uniform() * static_cast<double>(rule.jitter.count());
    return rule.time + Duration(static_cast<Duration::rep>(jitter));
  }

  Inner& inner_;
  std::vector<TroubleRule> rules_;
  Clock& clock_;
  Random& random_;
  bool off_ = false;
  std::int64_t told_ = 0;
  std::array<Matching, std::variant_size_v<Operation>> matching_;
  std::vector<std::int64_t> struck_;
  std::vector<Completer<Done>> dead_;  // kept, and never completed
  std::map<const TaskScope*, std::int64_t> dead_of_;
};

template <class Inner, class Operation, class Reply, Store kStore>
Troubled<Inner, Operation, Reply, kStore>::Troubled(Inner& inner, std::vector<TroubleRule> rules,
                                                    Clock& clock, Random& random)
    : inner_(inner),
      rules_(std::move(rules)),
      clock_(clock),
      random_(random),
      struck_(rules_.size()) {
  const auto names = []<std::size_t... kIndex>(std::index_sequence<kIndex...>) {
    return std::array{std::variant_alternative_t<kIndex, Operation>::kName...};
  }
  (std::make_index_sequence<std::variant_size_v<Operation>>());
  for (std::size_t index = 0; index < rules_.size(); ++index) {
    const TroubleRule& rule = rules_[index];
    CHECK(rule.share >= 0 && rule.share <= 1, "a share of {}", rule.share);
    CHECK(rule.time >= Duration{} && rule.jitter >= Duration{}, "trouble before its time");
    for (std::size_t kind = 0; kind < names.size(); ++kind) {
      if (!rule.matches(kStore, names[kind])) continue;
      Matching& matching = matching_[kind];
      (rule.strikes_before() ? matching.before : matching.after).push_back(index);
    }
  }
}

template <class Inner, class Operation, class Reply, Store kStore>
Task<Reply> Troubled<Inner, Operation, Reply, kStore>::execute_troubled(Operation operation) {
  const Matching& matching = matching_[operation.index()];
  for (const std::size_t index : matching.before) {
    if (!strikes(index)) continue;
    const Result<Done> suffered = co_await suffer(index, operation, clock_.now());
    if (suffered) continue;
    ++told_;
    (void)co_await hang_up(operation, std::nullopt);
    co_return suffered.error();
  }
  const Instant asked = clock_.now();
  Result<Reply> reply = co_await inner_.execute(operation);
  for (const std::size_t index : matching.after) {
    if (!strikes(index)) continue;
    const Result<Done> suffered = co_await suffer(index, operation, asked);
    if (suffered) continue;
    ++told_;
    const auto begun = begun_by(reply);
    (void)co_await hang_up(operation, begun);
    co_return suffered.error();
  }
  co_return reply;
}

template <class Inner, class Operation, class Reply, Store kStore>
Task<Done> Troubled<Inner, Operation, Reply, kStore>::hang_up(Operation operation,
                                                              std::optional<TransactionId> begun) {
  if constexpr (kStore == Store::postgres) {
    const std::optional<TransactionId> open = begun ? begun : transaction_of(operation);
    if (!open) co_return Done{};
    const Operation rollback = Rollback{*open};
    (void)co_await inner_.execute(rollback);
  }
  co_return Done{};
}

template <class Inner, class Operation, class Reply, Store kStore>
Task<Done> Troubled<Inner, Operation, Reply, kStore>::suffer(std::size_t index, Operation operation,
                                                             Instant asked) {
  const TroubleRule& rule = rules_[index];
  switch (rule.kind) {
    case TroubleRule::Kind::delay: {
      const Instant until = clock_.now() + pause_of(rule);
      (void)co_await clock_.sleep_until(until);
      co_return Done{};
    }
    case TroubleRule::Kind::lose_request:
    case TroubleRule::Kind::lose_reply: {
      const Instant until = asked + rule.time;
      (void)co_await clock_.sleep_until(until);
      co_return unanswered(kStore, Cause::timed_out, access_of(operation), name_of(operation));
    }
    case TroubleRule::Kind::cut:
      co_return unanswered(kStore, Cause::connection_lost, access_of(operation),
                           name_of(operation));
    case TroubleRule::Kind::die: {
      Completion<Done> never;
      dead_.push_back(never.completer());
      ++dead_of_[running_in];
      co_return co_await never;
    }
  }
  co_return Done{};
}

using TroubledCache = Troubled<Cache, CacheOperation, CacheReply, Store::redis>;
using TroubledDatabase = Troubled<Database, DatabaseOperation, DatabaseReply, Store::postgres>;

}  // namespace doorbuster
