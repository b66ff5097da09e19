// Flights: of those who want the same item's page at the same time, one asks and all get its answer
// (single flight). Whoever joins gets a page that was asked for before he came. Of one instance;
// whoever leads must land, else those who joined wait with him. One thread.
#pragma once

#include <unordered_map>
#include <vector>

#include "base/completion.h"
#include "strategy/strategy.h"

namespace doorbuster {

class Flights {
 public:
  // Whether nobody is asking for the item: then the caller does, and lands.
  bool lead(ItemId item) { return waiting_.try_emplace(item).second; }

  // REQUIRES: somebody leads.
  Task<StockView> join(ItemId item) {
    Completion<StockView> page;
    waiting_.at(item).push_back(page.completer());
    co_return co_await page;
  }

  // REQUIRES: the caller leads. Resumes those who joined.
  void land(ItemId item, const Result<StockView>& page) {
    std::vector<Completer<StockView>> waiting = std::move(waiting_.at(item));
    waiting_.erase(item);
    for (Completer<StockView>& one : waiting) one.complete(page);
  }

 private:
  std::unordered_map<ItemId, std::vector<Completer<StockView>>> waiting_;  // never iterated
};

}  // namespace doorbuster
