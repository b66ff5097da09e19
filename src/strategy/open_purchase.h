// The purchase in an interactive transaction, up to but without its commit, for strategies that do
// something of their own before or after that. A connection is the buyer's alone from Begin to
// Commit, so nothing in between asks the database outside the transaction: a pool of n connections
// whose n buyers each wait for one more serves nobody.
#pragma once

#include "strategy/strategy.h"

namespace doorbuster {

// How the stock row is looked at first. Not at all: it is taken unseen, and only a CHECK keeps it
// from going below zero.
enum class RowLock : unsigned char { none, wait, nowait };

struct OpenPurchase {
  TransactionId in{};
  bool to_commit = false;  // else the transaction is over, rolled back
  Purchase purchase;       // what to tell the buyer; where it is to be committed, then
};

// SELECT FOR UPDATE; UPDATE; INSERT order. With too little stock, or an error, it is rolled back,
// and who asked before or whose key is taken is answered by a look at the order. Errors of the
// statements are definite: nothing was committed.
Task<OpenPurchase> purchase_in(Database& database, TransactionId in, Order order, RowLock lock);

}  // namespace doorbuster
