// For tests of the invariants: tables, each case a sale of a few purchases, what is found in it,
// and the witness. Tests only.
#pragma once

#include <gtest/gtest.h>

#include <optional>
#include <string_view>
#include <vector>

#include "audit/invariants.h"
#include "audit/shop_testing.h"

namespace doorbuster {

struct Case {
  std::string_view says;  // what the case shows
  Finding (*judge)(const Accounts&);
  std::vector<ItemTruth> items;
  History history;
  std::vector<OrderRow> orders;
  std::int64_t found;
  std::string_view witness;
};

inline OrderRow order(int key, int item = 1, int quantity = 1,
                      std::optional<Version> version = {}) {
  return {OrderKey{key}, BuyerId{1000 + key}, ItemId{item}, quantity, version};
}

inline void check(const std::vector<Case>& cases) {
  for (const Case& each : cases) {
    const GroundTruth truth{each.items, each.orders};
    const Accounts accounts(each.history, truth);
    const Finding finding = each.judge(accounts);
    EXPECT_EQ(finding.found, each.found) << each.says;
    EXPECT_EQ(finding.witness, each.witness) << each.says;
    EXPECT_EQ(finding.verdict, each.found == 0 ? Verdict::holds : Verdict::broken) << each.says;
  }
}

}  // namespace doorbuster
