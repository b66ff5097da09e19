#include "audit/stock_certificate.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

namespace doorbuster {
namespace {

std::string wrong(const Operation& operation, std::string_view why) {
  return fmt::format("operation {} {}", static_cast<std::uint32_t>(operation.op), why);
}

class Verifier {
 public:
  Verifier(const StockCertificate& certificate, const JudgedHistory& history,
           std::span<const std::uint32_t> operations)
      : certificate_(certificate),
        all_(history.operations),
        operations_(operations),
        done_(history.operations.size()) {}

  std::string refute() {
    find_retries();
    std::string why = refute_changes();
    return why.empty() ? refute_answers() : why;
  }

 private:
  struct Intent {
    Instant started = kNever;  // its first attempt
    bool done = false;         // a change is its own
  };

  void find_retries() {
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

  std::unordered_map<std::int64_t, Intent>::iterator intent_of(std::uint32_t p) {
    const bool may_be = !retried_.empty() && all_[p].kind == OperationKind::buy;
    return may_be ? retried_.find(number(all_[p].key)) : retried_.end();
  }

  bool done(std::uint32_t p) {
    const auto intent = intent_of(p);
    return intent == retried_.end() ? done_[p] : intent->second.done;
  }

  std::string refute_changes() {
    Instant before = Instant::min();
    std::int32_t stock = certificate_.initial;
    for (const CertifiedChange& change : certificate_.changes) {
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
        (intent == retried_.end() ? void(done_[position] = true)
                                  : void(intent->second.done = true));
      }
      stock = change.after;
    }
    return "";
  }

  std::string refute_answers() {
    auto answer = certificate_.answers.begin();
    for (const std::uint32_t p : operations_) {
      const Operation& operation = all_[p];
      const bool view = operation.kind == OperationKind::view;
      const bool ok = operation.outcome == Answer::ok;
      if (!view && ok && !done(p)) return wrong(operation, "changed nothing");
      const bool shows =
          view && ok && (operation.value != kNoStock || operation.version != kNoVersion);
      const bool refusal =
          operation.kind == OperationKind::buy && operation.outcome == Answer::sold_out;
      if (!shows && !refusal) continue;
      if (answer == certificate_.answers.end() || answer->first != operation.op) {
        return wrong(operation, "has no state");
      }
      if (const auto why = refute_answer(operation, (answer++)->second); !why.empty()) return why;
    }
    return answer == certificate_.answers.end() ? "" : "it has answers of no operation";
  }

  std::string refute_answer(const Operation& operation, std::uint32_t k) const {
    const auto& changes = certificate_.changes;
    if (k > changes.size()) return wrong(operation, "has a state that there never was");
    const std::int32_t then = k == 0 ? certificate_.initial : changes[k - 1].after;
    const bool fits = operation.kind == OperationKind::buy
                          ? then < operation.quantity
                          : (operation.value == kNoStock || operation.value == then) &&
                                (operation.version == kNoVersion ||
                                 operation.version == certificate_.first_version - 1 + k);
    if (!fits) return wrong(operation, "was answered otherwise in its state");
    if ((k > 0 && changes[k - 1].point > operation.finished) ||
        (k < changes.size() && changes[k].point < operation.started)) {
      return wrong(operation, "was over before its state, or began after it");
    }
    return "";
  }

  const StockCertificate& certificate_;
  const std::vector<Operation>& all_;
  std::span<const std::uint32_t> operations_;
  std::unordered_map<std::int64_t, Intent> retried_;
  std::vector<bool> done_;  // by position
};

}  // namespace

std::string refute(const StockCertificate& certificate, const JudgedHistory& history,
                   std::span<const std::uint32_t> operations) {
  return Verifier(certificate, history, operations).refute();
}

}  // namespace doorbuster
