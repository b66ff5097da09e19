// A purchase of q units is told "sold out" only where stock was below q at some moment that it can
// have looked. It surely was not where the least stock over all states that the purchase can have
// seen is q or more; it possibly was not where the greatest is.
//
// Where a gate counts the units out, stock is what the gate has left. A refusal of the gate's own
// says after which of its changes it was given: that is read in the same step as the counter, so it
// saw that very state, as long as real time allows it; else any state that it can have seen. What
// the state was, not the refusal says but the changes beside it (audit/gate_timeline.cpp). A
// refusal at a gated item that is not the gate's own (the database's, after the gate's yes or past
// it; an instance's, from memory) may be of either log: it is false only where both had enough at
// every moment, for one that had too little at some moment makes it true.
#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "audit/observer.h"

namespace doorbuster {
namespace {

using Index = StockTimeline::Index;

// The states that a refusal can have seen, and what it found there.
struct Seen {
  Index from = 0, to = 0;
  std::int32_t least = 0, most = 0;
};

Seen seen_by(const StockTimeline& stock, Index a, Index b) {
  const auto [from, to] = std::minmax(a, b);
  return {from, to, stock.least_stock(from, to), stock.most_stock(from, to)};
}
Seen seen_by(const StockTimeline& stock, const Operation& refused) {
  return seen_by(stock, stock.surely_done_before(refused.started),
                 stock.possibly_done_by(refused.finished));
}

std::string claim(const Operation& refused) {
  return fmt::format("{} wanted {} and was told 'sold out' between {} and {}", named(refused),
                     refused.quantity, moment(refused.started), moment(refused.finished));
}

Violation witness(const ItemHistory& history, const Operation& refused, const Seen& seen) {
  return {.item = history.item.id,
          .operations = {refused.op},
          .from = seen.from + 1,
          .to = seen.to,
          .sentence = fmt::format(
              "{}; in every state that it can have seen, from {} to {}, at least {} stood in stock",
              claim(refused), state(history, seen.from), state(history, seen.to), seen.least)};
}

class AtAGate {
 public:
  AtAGate(const ItemHistory& history, Violations& violations)
      : history_(history), violations_(violations) {}

  void judge() {
    for (const OperationIndex::Position position : history_.operations()) {
      const Operation& operation = history_.at(position);
      if (!told_sold_out(operation)) continue;
      operation.source == AnswerSource::gate ? judge_the_gates(operation) : judge_other(operation);
    }
  }

 private:
  void judge_the_gates(const Operation& refused) {
    const StockTimeline& gate = history_.gate;
    if (!gate.order_known()) return violations_.undecided(history_, gate.why_not());
    Seen seen = seen_by(gate, refused);
    if (refused.version >= 0) {
      const auto told = static_cast<Index>(refused.version);
      if (told >= seen.from && told <= seen.to) {
        if (refused.value != gate.stock(told)) {
          return violations_.undecided(
              history_, fmt::format("{} was told that {} were left after change {} of the gate, "
                                    "and the gate's log has {}",
                                    named(refused), refused.value, told, gate.stock(told)));
        }
        seen = seen_by(gate, told, told);
      }
    }
    if (seen.least >= refused.quantity) {
      violations_.add([&] {
        return accusation(refused, fmt::format("its gate had at least {} left, from its change {} "
                                               "to its change {}, where it can have looked",
                                               seen.least, seen.from, seen.to));
      });
    } else if (seen.most >= refused.quantity) {
      violations_.may_be();
    }
  }

  void judge_other(const Operation& refused) {
    std::int32_t least = std::numeric_limits<std::int32_t>::max(), most = least;
    for (const StockTimeline* log : {&history_.gate, &history_.stock}) {
      if (!log->order_known()) continue;
      const Seen seen = seen_by(*log, refused);
      least = std::min(least, seen.least);
      most = std::min(most, seen.most);
    }
    const StockTimeline* unknown = !history_.gate.order_known()    ? &history_.gate
                                   : !history_.stock.order_known() ? &history_.stock
                                                                   : nullptr;
    if (least < refused.quantity) {
      if (most >= refused.quantity) violations_.may_be();
    } else if (unknown != nullptr) {
      violations_.undecided(history_, unknown->why_not());
    } else {
      violations_.add([&] {
        return accusation(refused, fmt::format("gate and database had at least {} each at every "
                                               "moment at which it can have looked",
                                               least));
      });
    }
  }

  Violation accusation(const Operation& refused, std::string_view why) const {
    return {.item = history_.item.id,
            .operations = {refused.op},
            .from = 1,
            .to = 0,
            .sentence = fmt::format("{}; {}", claim(refused), why)};
  }

  const ItemHistory& history_;
  Violations& violations_;
};

}  // namespace

void no_false_sold_out(const ItemHistory& history, Violations& violations) {
  if (decided_at_a_gate(history)) return AtAGate(history, violations).judge();
  if (!history.stock.order_known()) {
    if (any_operation(history, told_sold_out)) {
      violations.undecided(history, history.stock.why_not());
    }
    return;
  }
  Sight sight(history.stock);
  for (const OperationIndex::Position position : history.operations()) {
    const Operation& refused = history.at(position);
    if (!told_sold_out(refused)) continue;
    const Observation looked = sight.observe(refused);
    const Seen seen = seen_by(history.stock, looked.lb, looked.ub);
    if (seen.least >= refused.quantity) {
      violations.add([&] { return witness(history, refused, seen); });
    } else if (seen.most >= refused.quantity) {
      violations.may_be();
    }
  }
}

}  // namespace doorbuster
