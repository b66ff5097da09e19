#include "audit/observation_pass.h"

#include <algorithm>

namespace doorbuster {

ObservationPass::ObservationPass(const OperationIndex& index, std::span<const ItemHistory> items,
                                 const MakeObservers& make)
    : index_(index), make_(make) {
  items_.reserve(items.size());
  for (const ItemHistory& item : items) {
    items_.push_back({item.item.id, Sight(item.stock), make(item)});
  }
}

void ObservationPass::take(const Operation& operation) {
  if (!shows_stock(operation) && !told_sold_out(operation)) return;
  if (last_ == nullptr || last_->item != operation.item) last_ = find(operation.item);
  if (last_ == nullptr) {
    for (const auto& observer : observers_of_stranger(operation.item)) {
      observer->see({.operation = operation});
    }
    return;
  }
  const Observation observation = last_->sight.observe(operation);
  for (const auto& observer : last_->observers) observer->see(observation);
}

void ObservationPass::finish() {
  for (const Watched& item : items_) {
    for (const auto& observer : item.observers) observer->finish();
  }
  for (const auto& [id, stranger] : strangers_) {
    for (const auto& observer : stranger->observers) observer->finish();
  }
}

ObservationPass::Watched* ObservationPass::find(ItemId item) {
  const auto found = std::ranges::lower_bound(items_, item, {}, &Watched::item);
  return found != items_.end() && found->item == item ? &*found : nullptr;
}

ObservationPass::Observers& ObservationPass::observers_of_stranger(ItemId item) {
  std::unique_ptr<Stranger>& stranger = strangers_[item];
  if (stranger == nullptr) {
    stranger = std::make_unique<Stranger>(index_, item);
    stranger->observers = make_(stranger->history);
  }
  return stranger->observers;
}

}  // namespace doorbuster
