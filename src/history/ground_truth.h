// The ground truth of a trial: what the database holds after everything of ours came to rest, and
// what the cache shows beside it. Read by postgres/ or sim/, judged by audit/, which sees nothing
// else of them.
#pragma once

#include <optional>
#include <vector>

#include "base/gate_account.h"
#include "base/gate_change.h"
#include "base/ids.h"
#include "base/time.h"
#include "history/stock_log.h"

namespace doorbuster {

struct ItemTruth {
  ItemId item{};
  Quantity initial = 0;                  // as read back after stocking, before the doors opened
  Quantity left = 0;                     // the stock row at rest
  std::optional<Quantity> cached;        // what a reader of the cache is shown at rest, if anything
  Quantity held = 0;                     // units in holds that stand at rest, neither sold nor left
  std::optional<GateAccount> gate = {};  // what the gate says of itself, where there is one

  friend bool operator==(const ItemTruth&, const ItemTruth&) = default;
};

struct OrderRow {
  OrderKey key{};
  BuyerId buyer{};
  ItemId item{};
  Quantity quantity = 1;
  // Of the stock change it belongs to, where the strategy ties them.
  std::optional<Version> version;
};

struct GroundTruth {
  std::vector<ItemTruth> items;
  std::vector<OrderRow> orders;  // confirmed orders, ascending by key
  // Every change of the items' own rows, where they were logged.
  StockLog stock_log = {};
  GateLog gate_log = {};  // and of the gates' counters, as far as anybody was told; likewise
  // No unit was returned to stock after this, as the harness saw it: the answer to the last
  // statement that returned any. Nothing: none ever was; kNever: it cannot be told.
  std::optional<Instant> last_return = std::nullopt;
  std::optional<Instant> last_gate_return = std::nullopt;  // to a gate, likewise
  // False: nobody could look at the cache, so that an empty `cached` or `gate` says nothing.
  bool cache_read = true;
};

}  // namespace doorbuster
