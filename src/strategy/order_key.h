// The order key as the database's idempotency: it is written in the same statement as the purchase,
// so that an order is placed once however often it is sent. What remains is the answer: who sends
// again an order that was sold must be told so. At the sell-out such a replay finds too little
// stock and so never reaches the key that is there already; hence the key is looked up on 0 rows,
// as on 23505, before anything is answered. Only for orders that were sent before: a first one
// costs nothing more.
#pragma once

#include "strategy/strategy.h"

namespace doorbuster {

inline bool took_nothing(const std::optional<Stock>& left) { return !left; }
inline bool took_nothing(const RowCount& taken) { return taken.rows == 0; }

// Whether the order may be there already, by what its guarded purchase answered.
template <class Taken>
bool may_be_placed(const Order& order, const Result<Taken>& taken) {
  if (!taken) return taken.error().cause() == Cause::duplicate_key;
  return order.repeats > 0 && took_nothing(*taken);
}

// What became of an order for which there is too little stock: sold if its key is there, else sold
// out. An error is indefinite, for then nobody can tell.
Task<Purchase> look_up(Database& database, Order order);

// Of an order for which there is too little stock, when nothing was asked for it yet; at_gate where
// a gate said so.
Task<Purchase> sold_out_unless_placed(Database& database, Order order,
                                      std::optional<Stock> at_gate = {});

// What a gate that answered by itself told of its counter.
inline Stock said_by_gate(const Reserve::Reply& reply) { return {reply.left, reply.sequence}; }

}  // namespace doorbuster
