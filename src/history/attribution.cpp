#include "history/attribution.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace doorbuster {
namespace {

// 0 is best.
int doubt(const Operation& operation) {
  if (operation.outcome == Answer::ok) return 0;
  return operation.outcome == Answer::unknown ? 1 : 2;
}

struct Match {
  OrderKey key{};
  int doubt = 0;
  OperationId op = kNoOperation;

  friend auto operator<=>(const Match&, const Match&) = default;
};

void attribute_orders(JudgedHistory& history) {
  std::vector<OrderKey> asked;
  for (const PlacedOrder& order : history.orders) {
    if (order.op == kNoOperation && order.key != kNoKey) asked.push_back(order.key);
  }
  if (asked.empty()) return;
  std::ranges::sort(asked);
  std::vector<Match> matches;
  matches.reserve(asked.size());
  for (const Operation& operation : history.operations) {
    if (operation.kind != OperationKind::buy || operation.key == kNoKey) continue;
    if (!std::ranges::binary_search(asked, operation.key)) continue;
    matches.push_back({operation.key, doubt(operation), operation.op});
  }
  std::ranges::sort(matches);
  for (PlacedOrder& order : history.orders) {
    if (order.op != kNoOperation || order.key == kNoKey) continue;
    const auto found = std::ranges::lower_bound(matches, order.key, {}, &Match::key);
    if (found != matches.end() && found->key == order.key) order.op = found->op;
  }
}

struct Made {
  ItemId item{};
  std::int32_t version = 0;
  OperationId op = kNoOperation;

  friend auto operator<=>(const Made&, const Made&) = default;
};

// An order that carries the version says it better, and whoever judges looks there.
void attribute_changes(JudgedHistory& history) {
  const auto nameless = [](const StockChange& change) { return change.op == kNoOperation; };
  if (std::ranges::none_of(history.stock_log, nameless)) return;
  std::vector<Made> made;
  for (const Operation& operation : history.operations) {
    // A gate's version, or a cache's, is not the database's.
    const bool told = operation.kind == OperationKind::buy && operation.outcome == Answer::ok &&
                      operation.source != AnswerSource::gate &&
                      operation.source != AnswerSource::cache;
    if (told && operation.version != kNoVersion) {
      made.push_back({operation.item, operation.version, operation.op});
    }
  }
  std::ranges::sort(made);
  for (StockChange& change : history.stock_log) {
    if (!nameless(change)) continue;
    const Made wanted{change.item, change.version, OperationId{0}};
    const auto found = std::ranges::lower_bound(made, wanted);
    if (found != made.end() && found->item == change.item && found->version == change.version) {
      change.op = found->op;
    }
  }
}

}  // namespace

void attribute(JudgedHistory& history) {
  attribute_orders(history);
  attribute_changes(history);
}

}  // namespace doorbuster
