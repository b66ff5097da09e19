#include "audit/properties.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "audit/observer.h"

namespace doorbuster {
namespace {

constexpr std::array kProperties = {
    Property{.name = "no_false_sold_out",
             .meaning = "nobody is told 'sold out' while enough is in stock",
             .judge = no_false_sold_out},
    Property{.name = "no_sale_after_sold_out",
             .meaning = "once sold out, nobody gets as many units later",
             .judge = no_sale_after_sold_out},
    Property{.name = "no_stale_reads",
             .meaning = "no view shows stock that was overwritten before it began",
             .observe = no_stale_reads},
    Property{.name = "no_read_ahead",
             .meaning = "no view shows stock that the database did not have by its end",
             .observe = no_read_ahead},
    Property{.name = "read_your_writes",
             .meaning = "a buyer's view knows of what he bought before",
             .observe = read_your_writes},
    Property{.name = "monotonic_reads",
             .meaning = "a buyer's views never go back in time",
             .observe = monotonic_reads},
    Property{.name = "linearizable_stock",
             .meaning = "all answers fit one order of operations in real time",
             .observe = linearizable_stock},
};

}  // namespace

std::span<const Property> properties() { return kProperties; }

void Violations::undecided(const ItemHistory& of, std::string_view why) {
  if (finding_.undecided.empty()) {
    finding_.undecided = fmt::format("item {}: {}", number(of.item.id), why);
  }
}

PropertyFinding Violations::finding() && {
  if (finding_.found > 0) {
    finding_.verdict = Verdict::broken;
  } else if (!finding_.undecided.empty()) {
    finding_.verdict = Verdict::undecided;
  }
  return std::move(finding_);
}

bool any_operation(const ItemHistory& history, bool (*wanted)(const Operation&)) {
  return std::ranges::any_of(history.operations(), [&](OperationIndex::Position position) {
    return wanted(history.at(position));
  });
}

bool decided_at_a_gate(const ItemHistory& history) {
  const bool has_gate = history.item.truth != nullptr && history.item.truth->gate.has_value();
  return has_gate || !history.item.gate_log.empty() ||
         any_operation(history, [](const Operation& operation) {
           return operation.source == AnswerSource::gate;
         });
}

std::string named(OperationId op, BuyerId buyer) {
  return fmt::format("operation {} (buyer {})", static_cast<std::uint32_t>(op), number(buyer));
}
std::string named(const Operation& operation) { return named(operation.op, operation.buyer); }

std::string moment(Instant t) { return fmt::format("{:.6f} s", to_seconds(since_start(t))); }

std::string shown(const Operation& operation) {
  if (operation.version == kNoVersion) return fmt::format("{}", operation.value);
  if (operation.value == kNoStock) return fmt::format("version {}", operation.version);
  return fmt::format("{} as version {}", operation.value, operation.version);
}

std::string state(const ItemHistory& history, StockTimeline::Index k) {
  return fmt::format("{} at version {}", history.stock.stock(k), history.stock.version(k));
}

StockTimeline::Index proof_of_done(const ItemHistory& history, StockTimeline::Index k) {
  const StockTimeline& stock = history.stock;
  StockTimeline::Index proof = k;
  while (proof < stock.changes() && stock.suf(proof + 1) == stock.suf(k)) ++proof;
  return proof;
}

StockTimeline::Index proof_of_not_begun(const ItemHistory& history, StockTimeline::Index k) {
  const StockTimeline& stock = history.stock;
  StockTimeline::Index proof = k;
  while (proof > 1 && stock.pre(proof - 1) == stock.pre(k)) --proof;
  return proof;
}

std::string done_by(const ItemHistory& history, StockTimeline::Index k) {
  const StockTimeline::Index proof = proof_of_done(history, k);
  const Operation& operation = history.at(history.stock.operation(proof));
  return fmt::format("{}, which made version {}, was told so by {}", named(operation),
                     history.stock.version(proof), moment(history.stock.suf(proof)));
}

}  // namespace doorbuster
