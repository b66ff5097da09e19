#include "audit/properties.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace doorbuster {
namespace {

constexpr std::array kProperties = {
    Property{"no_false_sold_out", "nobody is told 'sold out' while enough is in stock",
             no_false_sold_out},
    Property{"no_sale_after_sold_out", "once sold out, nobody gets as many units later",
             no_sale_after_sold_out},
    Property{"no_stale_reads", "no view shows stock that was overwritten before it began",
             no_stale_reads},
    Property{"no_read_ahead", "no view shows stock that the database did not have by its end",
             no_read_ahead},
    Property{"read_your_writes", "a buyer's view knows of what he bought before", read_your_writes},
    Property{"monotonic_reads", "a buyer's views never go back in time", monotonic_reads},
    Property{"linearizable_stock", "all answers fit one order of operations in real time",
             linearizable_stock},
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

std::string named(const Operation& operation) {
  return fmt::format("operation {} (buyer {})", static_cast<std::uint32_t>(operation.op),
                     number(operation.buyer));
}

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
