// Leads a history's operations, in order of their starts, past the observers of their items.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <span>
#include <vector>

#include "audit/observer.h"

namespace doorbuster {

class ObservationPass {
 public:
  using Observers = std::vector<std::unique_ptr<Observer>>;
  using MakeObservers = std::function<Observers(const ItemHistory&)>;  // called once for each item

  // `items` are all of the index; both outlive the pass.
  ObservationPass(const OperationIndex& index, std::span<const ItemHistory> items,
                  const MakeObservers& make);

  void take(const Operation& operation);
  void finish();  // there are no more

 private:
  struct Watched {
    ItemId item{};
    Sight sight;
    Observers observers;
  };
  // An item that was looked at, and of which nobody knows anything else.
  struct Stranger {
    Stranger(const OperationIndex& of, ItemId id)
        : item{.id = id,
               .truth = nullptr,
               .operations = {},
               .log = {},
               .gate_log = {},
               .orders = {}},
          stock(of, item),
          gate(StockTimeline::of_gate(item)),
          history{of, item, stock, gate} {}

    OperationIndex::Item item;
    StockTimeline stock, gate;
    ItemHistory history;
    Observers observers;
  };

  Watched* find(ItemId item);
  Observers& observers_of_stranger(ItemId item);

  const OperationIndex& index_;
  MakeObservers make_;
  std::vector<Watched> items_;  // ascending by item
  Watched* last_ = nullptr;     // most often the next operation is of the same
  std::map<ItemId, std::unique_ptr<Stranger>> strangers_;
};

}  // namespace doorbuster
