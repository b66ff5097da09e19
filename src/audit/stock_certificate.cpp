#include "audit/stock_certificate.h"

#include <fmt/format.h>

#include <algorithm>

namespace doorbuster {
namespace {

std::string wrong(const Operation& operation, std::string_view why) {
  return fmt::format("operation {} {}", static_cast<std::uint32_t>(operation.op), why);
}

bool is_refusal(const Operation& operation) {
  return operation.kind == OperationKind::buy && operation.outcome == Answer::sold_out;
}

}  // namespace

StockVerifier::StockVerifier(ItemId item, const CertifiedStock& stock, const JudgedHistory& history,
                             std::span<const std::uint32_t> operations)
    : item_(item),
      stock_(stock),
      all_(history.operations),
      operations_(operations),
      done_(history.operations.size()),
      of_states_(stock.changes.size() + 1) {}

void StockVerifier::blame(const Operation& operation, std::string_view why) {
  if (wrong_.empty()) wrong_ = wrong(operation, why);
}

void StockVerifier::take(const Operation& answer, std::optional<std::uint32_t> state) {
  if (answer.item != item_) return blame(answer, "is of another item");
  if (!state) return blame(answer, "has no state");
  if (*state > stock_.changes.size()) return blame(answer, "has a state that there never was");
  const std::int32_t then = *state == 0 ? stock_.initial : stock_.changes[*state - 1].after;
  const bool fits = is_refusal(answer) ? then < answer.quantity
                                       : (answer.value == kNoStock || answer.value == then) &&
                                             (answer.version == kNoVersion ||
                                              answer.version == stock_.first_version - 1 + *state);
  if (!fits) return blame(answer, "was answered otherwise in its state");
  refusals_ += is_refusal(answer) ? 1 : 0;
  Between& between = of_states_[*state];
  between.latest_start = std::max(between.latest_start, answer.started);
  between.earliest_end = std::min(between.earliest_end, answer.finished);
}

std::string StockVerifier::refute() {
  find_retries();
  for (std::string why : {wrong_, refute_changes(), refute_purchases(), refute_times()}) {
    if (!why.empty()) return why;
  }
  return "";
}

void StockVerifier::find_retries() {
  for (const std::uint32_t p : operations_) {
    if (all_[p].attempt > 1 && all_[p].key != kNoKey) retried_.try_emplace(number(all_[p].key));
  }
  for (const std::uint32_t p : operations_) {
    const auto intent = intent_of(p);
    if (intent != retried_.end()) {
      intent->second.started = std::min(intent->second.started, all_[p].started);
    }
  }
}

std::unordered_map<std::int64_t, StockVerifier::Intent>::iterator StockVerifier::intent_of(
    std::uint32_t position) {
  const bool may_be = !retried_.empty() && all_[position].kind == OperationKind::buy;
  return may_be ? retried_.find(number(all_[position].key)) : retried_.end();
}

bool StockVerifier::done(std::uint32_t position) {
  const auto intent = intent_of(position);
  return intent == retried_.end() ? done_[position] : intent->second.done;
}

std::string StockVerifier::refute_changes() {
  Instant before = Instant::min();
  std::int32_t stock = stock_.initial;
  for (const CertifiedChange& change : stock_.changes) {
    if (change.point < before) return "its points go back in time";
    before = change.point;
    const auto found =
        std::lower_bound(all_.begin(), all_.end(), change.op,
                         [](const Operation& a, OperationId id) { return a.op < id; });
    if (found != all_.end() && found->op == change.op) {
      const auto position = static_cast<std::uint32_t>(found - all_.begin());
      const auto intent = intent_of(position);
      const bool early =
          change.point < (intent == retried_.end() ? found->started : intent->second.started);
      const bool told_before =
          found->source == AnswerSource::gate || found->source == AnswerSource::cache;
      const bool late =
          found->outcome == Answer::ok && !told_before && change.point > found->finished;
      if (early || late) return wrong(*found, "changed the stock outside its own time");
      const bool buys = found->kind == OperationKind::buy;
      if (change.after - stock != (buys ? -found->quantity : found->quantity)) {
        return wrong(*found, "changed the stock by another quantity");
      }
      (intent == retried_.end() ? void(done_[position] = true) : void(intent->second.done = true));
    }
    stock = change.after;
  }
  return "";
}

std::string StockVerifier::refute_purchases() {
  std::int64_t refusals = 0;
  for (const std::uint32_t p : operations_) {
    if (all_[p].outcome == Answer::ok && !done(p)) return wrong(all_[p], "changed nothing");
    refusals += is_refusal(all_[p]) ? 1 : 0;
  }
  if (refusals == refusals_) return "";
  return fmt::format("{} purchases were refused, and {} have a state", refusals, refusals_);
}

// A state lasts from its change to the next: it began before the first of its answers ended, and
// the next began after the last of them had.
std::string StockVerifier::refute_times() const {
  const auto& changes = stock_.changes;
  for (std::size_t k = 0; k < of_states_.size(); ++k) {
    const bool over = k < changes.size() && changes[k].point < of_states_[k].latest_start;
    const bool later = k > 0 && changes[k - 1].point > of_states_[k].earliest_end;
    if (over || later) {
      return fmt::format("an answer was over before state {} of the stock, or began after it", k);
    }
  }
  return "";
}

}  // namespace doorbuster
