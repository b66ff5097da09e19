// How many attempts may be retries: a share of all purchases, so that a shop in trouble is not
// asked several times as often as one that is well. Each purchase pays its share in, each retry
// takes one out. A little stands there at the beginning, for a quiet shop, and no more than that
// much is ever saved up, so that a calm hour pays for no storm. Pure. Source: Beyer et al., "Site
// Reliability Engineering", 2016, chapter 21 (per-client retry budget of 10 %); Finagle's
// RetryBudget.
#pragma once

#include <algorithm>

namespace doorbuster {

class RetryBudget {
 public:
  // REQUIRES: share >= 0
  explicit RetryBudget(double share) : share_(share) {}

  void purchase_began() { balance_ = std::min(kSavings, balance_ + share_); }
  bool spend() {
    if (balance_ < 1) return false;
    balance_ -= 1;
    return true;
  }

 private:
  static constexpr double kSavings = 10;
  double share_;
  double balance_ = kSavings;
};

}  // namespace doorbuster
