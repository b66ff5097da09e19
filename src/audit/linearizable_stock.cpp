// All answers about an item fit one order of its operations, each at one moment between its start
// and its end: the changes of stock in the order that the log has them, and each answer true of the
// state it then speaks of. Exact, returns and repeated values included: every answer gets the least
// state that is possible, which leaves the most room to all later ones, so it exists where any
// choice does. Where it holds there is a certificate, which its verifier must accept.
#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <queue>

#include "audit/observer.h"
#include "audit/stock_certificate.h"

namespace doorbuster {
namespace {

using Index = StockTimeline::Index;
using Position = OperationIndex::Position;

struct Placed {
  Operation answer;
  Index state = 0;
  friend bool operator>(const Placed& a, const Placed& b) {
    return a.answer.finished > b.answer.finished;
  }
};

class Judge final : public Observer {
 public:
  Judge(const ItemHistory& history, Violations& violations)
      : history_(history),
        stock_(history.stock),
        violations_(violations),
        certified_(changes_of(history)),
        verifier_(history.item.id, certified_, history.index.history(), history.operations()) {
    for (Index k = 1; k <= stock_.changes(); ++k) judge_change(k);
    for (const Position position : history_.operations()) {
      if (history_.at(position).kind != OperationKind::view) judge_own_change(position);
    }
  }

  void see(const Observation& observation) override {
    const std::optional<Index> state = place(observation);
    if (!broken_) verifier_.take(observation.operation, state);
  }

  void finish() override {
    if (!broken_ && unclear_ > 0) {
      violations_.undecided(history_,
                            fmt::format("{} changes of its stock are attributed to nobody, "
                                        "and {} purchases to no change",
                                        stock_.unattributed(), unclear_));
    } else if (!broken_) {
      certify();
    }
  }

 private:
  template <class Make>
  void accuse(Make make) {
    broken_ = true;
    violations_.add(make);
  }

  Violation violation(const Operation& accused, std::string sentence) const {
    return {.item = history_.item.id,
            .operations = {accused.op},
            .from = 1,
            .to = 0,
            .sentence = std::move(sentence)};
  }

  // No change was told before one that the log has earlier began.
  void judge_change(Index k) {
    if (stock_.operation(k) == OperationIndex::kNowhere) return;
    const Operation& operation = history_.at(stock_.operation(k));
    const Instant told = history_.index.effect(operation).until;
    if (stock_.pre(k) <= told) return;
    accuse([&] {
      const Index late = proof_of_not_begun(history_, k);
      const Operation& later = history_.at(stock_.operation(late));
      Violation made = violation(
          operation,
          fmt::format("{} made version {} and was told so by {}; {} began later, at {}, yet the "
                      "log has its change, version {}, before",
                      named(operation), stock_.version(k), moment(told), named(later),
                      moment(stock_.pre(k)), stock_.version(late)));
      made.operations.push_back(later.op);
      made.from = late;
      made.to = k;
      return made;
    });
  }

  // Who was told yes made one change, by his quantity; who was told no made none.
  void judge_own_change(Position position) {
    const Operation& operation = history_.at(position);
    if (operation.outcome == Answer::unknown) return judge_unknown(position);
    const bool retried = history_.index.retried(operation);
    const Index k = stock_.change_of(history_.index, position);
    if (operation.outcome != Answer::ok) {
      if (k > 0 && !retried) {
        accuse([&] {
          return about(
              operation, k,
              fmt::format("{} was told '{}', yet version {} is its change", named(operation),
                          to_string(operation.outcome), stock_.version(k)));
        });
      }
      return;
    }
    if (k == 0) {
      if (stock_.unattributed() > 0) {
        ++unclear_;
        return;
      }
      accuse([&] {
        return violation(operation,
                         fmt::format("{} was told yes by {}, yet no change of stock is its",
                                     named(operation), moment(operation.finished)));
      });
      return;
    }
    judge_quantity(operation, k);
    const bool knows = operation.source != AnswerSource::gate &&
                       operation.source != AnswerSource::cache && !retried;
    const bool value_wrong = operation.value != kNoStock && operation.value != stock_.stock(k);
    const bool version_wrong =
        operation.version != kNoVersion && operation.version != stock_.version(k);
    if (knows && (value_wrong || version_wrong)) {
      accuse([&] {
        return about(operation, k,
                     fmt::format("{} was told that it left {}; it left {}", named(operation),
                                 shown(operation), state(history_, k)));
      });
    }
  }

  void judge_unknown(Position position) {
    if (const Index k = stock_.change_of(history_.index, position)) {
      judge_quantity(history_.at(position), k);
    }
  }

  void judge_quantity(const Operation& operation, Index k) {
    const std::int64_t by = std::int64_t{stock_.stock(k)} - stock_.stock(k - 1);
    const bool buys = operation.kind == OperationKind::buy;
    if (by == (buys ? -operation.quantity : operation.quantity)) return;
    accuse([&] {
      return about(operation, k,
                   fmt::format("{} {} {}, yet its change took the stock from {} to {}",
                               named(operation), buys ? "bought" : "returned", operation.quantity,
                               state(history_, k - 1), state(history_, k)));
    });
  }

  Violation about(const Operation& operation, Index k, std::string sentence) const {
    Violation made = violation(operation, std::move(sentence));
    made.from = made.to = k;
    return made;
  }

  // The state that the answer speaks of; nothing: there is none.
  std::optional<Index> place(const Observation& observation) {
    const auto& [operation, lb, ub, seen] = observation;
    if (lb > ub) return {};  // the changes themselves are out of order: judge_change()
    while (!open_.empty() && open_.top().answer.finished < operation.started) {
      if (open_.top().state >= floor_.state) floor_ = open_.top();
      open_.pop();
    }
    const Index least = std::max(lb, floor_.state);
    const std::optional<Index> found = told_sold_out(operation)
                                           ? stock_.next_below(operation.quantity, least)
                                           : stock_.earliest(operation, least);
    if (!found || *found > ub) {
      accuse([&] { return misplaced(observation); });
      return {};
    }
    open_.push({operation, *found});
    if (*found < certified_.changes.size()) {
      Instant& next = certified_.changes[*found].point;
      next = std::max(next, operation.started);
    }
    return found;
  }

  std::string claim(const Operation& operation) const {
    return told_sold_out(operation)
               ? fmt::format("wanted {} and was told 'sold out'", operation.quantity)
               : fmt::format("showed {}", shown(operation));
  }

  // Names the pair that cannot both be: with a change that was done before, with one that had not
  // begun, or with an earlier answer.
  Violation misplaced(const Observation& observation) const {
    const auto& [operation, lb, ub, seen] = observation;
    Violation made = violation(operation, {});
    made.sentence = fmt::format("{} {} between {} and {}", named(operation), claim(operation),
                                moment(operation.started), moment(operation.finished));
    if (floor_.state > lb) {
      const Operation& earlier = floor_.answer;
      made.operations.push_back(earlier.op);
      made.from = floor_.state;
      made.to = ub;
      made.sentence += fmt::format(
          "; {} had ended by {} and {}, true at version {} at the earliest; from there to "
          "version {}, the last possible, the stock never fits",
          named(earlier), moment(earlier.finished), claim(earlier), stock_.version(floor_.state),
          stock_.version(ub));
      return made;
    }
    const auto later = observation.view() ? stock_.earliest(operation, ub + 1)
                                          : stock_.next_below(operation.quantity, ub);
    if (seen) {
      const Index proof = proof_of_done(history_, *seen + 1);
      made.operations.push_back(history_.at(stock_.operation(proof)).op);
      made.from = *seen + 1;
      made.to = lb;
      made.sentence += fmt::format(", which the stock last was at version {}; but {}",
                                   stock_.version(*seen), done_by(history_, *seen + 1));
    } else if (later) {
      const Index proof = proof_of_not_begun(history_, *later);
      const Operation& change = history_.at(stock_.operation(proof));
      made.operations.push_back(change.op);
      made.from = lb + 1;
      made.to = *later;
      made.sentence += fmt::format("; the stock was {} before, and {} only after {} began at {}",
                                   state(history_, ub), state(history_, *later), named(change),
                                   moment(stock_.pre(*later)));
    } else {
      made.sentence +=
          fmt::format("; the stock was {} then, and never fitted since", state(history_, lb));
    }
    return made;
  }

  // Each change as early as its own start and those before it allow; place() puts it off until
  // after the answers that were given without it.
  static CertifiedStock changes_of(const ItemHistory& history) {
    const StockTimeline& stock = history.stock;
    CertifiedStock made;
    made.initial = stock.stock(0);
    made.first_version = stock.version(1);
    made.changes.resize(stock.changes());
    for (Index k = 1; k <= stock.changes(); ++k) {
      CertifiedChange& change = made.changes[k - 1];
      change.point = stock.pre(k);
      change.after = stock.stock(k);
      if (stock.operation(k) != OperationIndex::kNowhere) {
        change.op = history.at(stock.operation(k)).op;
      }
    }
    return made;
  }

  void certify() {
    Instant before = Instant::min();
    for (CertifiedChange& change : certified_.changes) {
      change.point = before = std::max(change.point, before);
    }
    const std::string wrong = verifier_.refute();
    if (!wrong.empty()) {
      violations_.undecided(history_, fmt::format("its certificate was refused: {}", wrong));
    }
  }

  const ItemHistory& history_;
  const StockTimeline& stock_;
  Violations& violations_;
  bool broken_ = false;
  std::int64_t unclear_ = 0;
  Placed floor_;  // of the answers that have ended, the latest state
  std::priority_queue<Placed, std::vector<Placed>, std::greater<>> open_;
  CertifiedStock certified_;
  StockVerifier verifier_;
};

}  // namespace

std::unique_ptr<Observer> linearizable_stock(const ItemHistory& history, Violations& violations) {
  if (decided_at_a_gate(history)) {
    violations.undecided(history,
                         "a gate decides who buys: there are two orders of changes, and "
                         "which of them a view is of is not known");
    return nullptr;
  }
  if (!history.stock.order_known()) return linearizable_black_box(history, violations);
  return std::make_unique<Judge>(history, violations);
}

}  // namespace doorbuster
