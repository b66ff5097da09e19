// Why an item's history is linearizable, in a form that can be checked without knowing how it was
// found: a point in time for each change of stock, and for each answer the state that it speaks of.
// The verifier shares nothing with the judge (audit/linearizable_stock.cpp). Answers are taken as
// they come; of each state it keeps between which moments it must have been, so that its memory
// grows with the changes and never with the answers. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "history/judged_history.h"

namespace doorbuster {

struct CertifiedChange {
  OperationId op = kNoOperation;
  std::int32_t after = 0;
  Instant point{};
};

struct CertifiedStock {
  std::int32_t initial = 0;
  std::int64_t first_version = 1;
  std::vector<CertifiedChange> changes;  // in order
};

class StockVerifier {
 public:
  // `operations` are all of the item but its views, as positions in the history. All outlive the
  // verifier; `stock` stays as it is but for the points, which count when refute() is asked.
  StockVerifier(ItemId item, const CertifiedStock& stock, const JudgedHistory& history,
                std::span<const std::uint32_t> operations);

  // A view that shows stock or a refusal, and the number of changes before it.
  void take(const Operation& answer, std::optional<std::uint32_t> state);

  // Once, after the last answer: "" where points and states prove that the item's operations are
  // linearizable; else what is wrong.
  std::string refute();

 private:
  struct Intent {
    Instant started = kNever;  // its first attempt
    bool done = false;         // a change is its own
  };
  struct Between {  // the answers that speak of a state
    Instant latest_start = Instant::min();
    Instant earliest_end = kNever;
  };

  void find_retries();
  std::unordered_map<std::int64_t, Intent>::iterator intent_of(std::uint32_t position);
  bool done(std::uint32_t position);
  std::string refute_changes();
  std::string refute_purchases();
  std::string refute_times() const;
  void blame(const Operation& operation, std::string_view why);

  ItemId item_;
  const CertifiedStock& stock_;
  const std::vector<Operation>& all_;
  std::span<const std::uint32_t> operations_;
  std::unordered_map<std::int64_t, Intent> retried_;
  std::vector<bool> done_;          // by position
  std::vector<Between> of_states_;  // 0 .. changes
  std::int64_t refusals_ = 0;       // that were taken
  std::string wrong_;
};

}  // namespace doorbuster
