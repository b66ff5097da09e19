// What became of the attempts that got no answer, by the rows that stand in the database at rest:
// sold, where an order stands under the attempt's key, whoever of several attempts under that key
// wrote it, else not sold. Of their purchases: duplicates, orders beyond the first; leaks, units
// reserved at a gate under a key without an order, whose buyer was not told that he has any; and
// zombies, orders of an attempt without an answer that were committed after its buyer had begun to
// try again.
//
// Rows carry no time. A zombie is sure where a change of the item's stock that stands before the
// order's own, or it itself, was begun after the next attempt was; where the order of changes is
// not known, or nothing says either, it is possible. An order that a later attempt under the same
// key may have written is none: there it stands once, whoever wrote it. Pure; O(n log n).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "audit/properties.h"
#include "history/judged_history.h"

namespace doorbuster {

struct UnknownOutcomes {
  enum class Fate : unsigned char { zombie, duplicate, leak };
  struct Witness {
    Fate fate = Fate::zombie;
    OperationId op = kNoOperation;  // the attempt without an answer
    BuyerId buyer{};
    OrderKey key{};
    ItemId item{};
    std::int32_t version = kNoVersion;  // of the order, where it carries one
    std::string sentence;
  };
  static constexpr std::size_t kNamed = 3;  // of each fate

  // attempts = sold + not_sold
  std::int64_t attempts = 0;
  std::int64_t sold = 0;
  std::int64_t not_sold = 0;
  std::int64_t duplicates = 0;
  std::int64_t zombies = 0;              // surely
  std::int64_t possible_zombies = 0;     // zombies among them
  std::optional<Quantity> leaked_units;  // nothing: nobody could look at the cache
  std::vector<Witness> named;            // the first of each fate
};

std::string_view to_string(UnknownOutcomes::Fate fate);

// `items` are the history's, ascending.
UnknownOutcomes resolve_unknowns(const JudgedHistory& history, std::span<const ItemHistory> items);

}  // namespace doorbuster
