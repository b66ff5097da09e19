// For tests: histories made by hand and by chance. A generated one is of a shop that keeps every
// promise, so that each anomaly a test puts in is the only one.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <vector>

#include "audit/audit.h"
#include "base/chance_testing.h"
#include "base/check.h"
#include "base/random.h"

namespace doorbuster {

struct Sale {
  History history;
  GroundTruth truth;
};

inline Record record(int key, int item, Outcome outcome, int quantity = 1) {
  Record made;
  made.key = OrderKey{key};
  made.buyer = BuyerId{1000 + key};
  made.item = ItemId{item};
  made.quantity = quantity;
  made.outcome = outcome;
  made.sent =
      outcome != Outcome::dropped && outcome != Outcome::deterred && outcome != Outcome::abandoned;
  made.scheduled = made.started = kRunStart + 1ms * key;
  made.finished = made.sent && outcome != Outcome::unknown ? made.started + 5ms : kNever;
  return made;
}

inline OrderRow row_of(const Record& record) {
  return {.key = record.key,
          .buyer = record.buyer,
          .item = record.item,
          .quantity = record.quantity,
          .version = std::nullopt};
}

// A sale of an honest shop: 1 to 5 items, up to 200 purchases, every outcome there is.
inline Sale honest_sale(std::uint64_t seed) {
  Random random(seed);
  Sale sale;
  const int items = 1 + static_cast<int>(random.below(5));
  std::vector<Quantity> left(static_cast<std::size_t>(items));
  for (int i = 0; i < items; ++i) {
    left[static_cast<std::size_t>(i)] = static_cast<Quantity>(random.below(30));
    sale.truth.items.push_back({.item = ItemId{i + 1},
                                .initial = left[static_cast<std::size_t>(i)],
                                .left = 0,
                                .cached = std::nullopt});
  }
  std::vector<Version> version(left.size());
  const int purchases = static_cast<int>(random.below(200));
  const bool versions = random.chance(0.5);
  for (int key = 1; key <= purchases; ++key) {
    const auto i = static_cast<std::size_t>(random.below(left.size()));
    const int quantity = 1 + static_cast<int>(random.below(3));
    auto outcome = static_cast<Outcome>(random.below(kOutcomes));
    if (outcome == Outcome::sold && left[i] < quantity) outcome = Outcome::sold_out;
    if (outcome == Outcome::sold_out && left[i] >= quantity) outcome = Outcome::sold;
    const Record made = record(key, static_cast<int>(i) + 1, outcome, quantity);
    sale.history.push_back(made);
    const bool reached = outcome == Outcome::unknown && random.chance(0.5);
    if (outcome != Outcome::sold && !reached) continue;
    if (left[i] < quantity) continue;
    left[i] -= quantity;
    sale.truth.orders.push_back(row_of(made));
    if (versions) sale.truth.orders.back().version = ++version[i];
  }
  for (std::size_t i = 0; i < left.size(); ++i) {
    sale.truth.items[i].left = left[i];
    if (random.chance(0.5)) sale.truth.items[i].cached = left[i];
  }
  return sale;
}

inline const Finding& finding(const AuditReport& report, std::string_view name) {
  const auto found = std::find_if(report.findings.begin(), report.findings.end(),
                                  [&](const Finding& each) { return each.name == name; });
  CHECK(found != report.findings.end(), "no invariant is called {}", name);
  return *found;
}

}  // namespace doorbuster
