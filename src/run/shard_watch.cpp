#include "run/shard_watch.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "run/interrupt.h"

namespace doorbuster {
namespace {

constexpr Duration kSnapshotEvery = 1s;
constexpr std::size_t kMostProductsSampled = 16;  // for the series' stock left, once a second
constexpr Duration kRestBetweenSamples = 50ms;    // when the database was slow to answer

}  // namespace

ShardWatch::ShardWatch(const OpeningPlan& plan, World& world, Shard shard, ShardShop& shop,
                       Doors& doors, Recorder& recorder, Instant opens)
    : plan_(plan),
      world_(world),
      shard_(shard),
      shop_(shop),
      doors_(doors),
      recorder_(recorder),
      opens_(opens),
      next_snapshot_(opens + kSnapshotEvery) {}

void ShardWatch::glance(Instant due) {
  notice_a_standstill(due);
  if (Interrupt::times() > 0) doors_.stop("interrupted by a signal");
  tell_what_happened();
  if (shard_.clock.now() < next_snapshot_) return;
  next_snapshot_ += kSnapshotEvery;
  take_snapshot();
}

// Every waking is late by as long as the harness itself was away.
void ShardWatch::notice_a_standstill(Instant due) {
  const Instant now = shard_.clock.now();
  if (buyers_left_ || now < opens_ || now - due <= disturbance_.stood_still) return;
  disturbance_.stood_still = now - due;
  disturbance_.stood_still_at = now - opens_;
}

void ShardWatch::tell_what_happened() {
  const std::int64_t asked = shop_.database.operations();
  recorder_.series.asked_database(shard_.clock.now(), asked - std::exchange(told_asked_, asked));
  if (plan_.faults == nullptr) return;
  const Quantity sold = recorder_.tally.units_sold;
  plan_.faults->sold(sold - std::exchange(told_sold_, sold));
}

void ShardWatch::take_snapshot() {
  const Instant now = shard_.clock.now();
  doors_.board.publish(static_cast<std::size_t>(shard_.index), recorder_.snapshot(now));
  check_abort_thresholds(now);
  if (shard_.index != 0) return;
  if (plan_.on_progress) {
    plan_.on_progress({doors_.board.total(), now - opens_, plan_.load.duration()});
  }
  if (auto trouble = find_trouble()) doors_.store_is_gone(std::move(*trouble));
}

std::optional<std::string> ShardWatch::find_trouble() {
  if (auto trouble = world_.trouble()) return trouble;
  if (plan_.faults != nullptr && plan_.faults->server_is_away()) {
    cache_silence_ = {};
    database_silence_ = {};
    return std::nullopt;
  }
  const std::int64_t cache_told = shop_.troubled_cache.told();
  if (cache_silence_.lasts(shop_.cache.operations() - cache_told,
                           unanswered(shop_.cache.errors()) - cache_told)) {
    return fmt::format("Redis no longer answers: no command had an answer for seconds ({})",
                       shop_.cache.last_error());
  }
  const std::int64_t database_told = shop_.troubled_database.told();
  if (database_silence_.lasts(shop_.database.operations() - database_told,
                              unanswered(shop_.database.errors()) - database_told)) {
    return fmt::format("PostgreSQL no longer answers: no statement had an answer for seconds ({})",
                       shop_.database.last_error());
  }
  return std::nullopt;
}

void ShardWatch::check_abort_thresholds(Instant now) {
  if (plan_.abort_on.empty()) return;
  if (!doors_.publish(static_cast<std::size_t>(shard_.index), recorder_)) return;
  const Recorder merged = doors_.merged_figures();
  const TrialFigures figures{merged, now - opens_, nullptr};
  for (const Threshold& threshold : plan_.abort_on) {
    const auto measured = measure_metric(threshold.metric, figures);
    if (!measured || holds(threshold.comparison, measured->value, threshold.value)) continue;
    doors_.abort(threshold, *measured);
  }
}

Task<Done> ShardWatch::follow_the_stock() {
  if (shard_.index != 0) co_return Done{};
  if (plan_.scenario.shop.products.size() > kMostProductsSampled) co_return Done{};
  for (Instant next = opens_ + kSnapshotEvery;; next += kSnapshotEvery) {
    (void)co_await shard_.clock.sleep_until(
        std::max(next, shard_.clock.now() + kRestBetweenSamples));
    (void)co_await sample_the_stock();
  }
}

// Not counted: it is the harness that asks, not the shop.
Task<Done> ShardWatch::sample_the_stock() {
  const auto& products = plan_.scenario.shop.products;
  Quantity left = 0;
  for (const Product& product : products) {
    const auto stock = co_await read_stock(&shard_.database, plan_.stocking.layout, product.id);
    if (!stock || !*stock) co_return Done{};
    if (product.on_sale) left += (*stock)->quantity;
  }
  recorder_.series.saw_stock(shard_.clock.now(), left);
  co_return Done{};
}

}  // namespace doorbuster
