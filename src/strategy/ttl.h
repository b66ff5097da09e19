// A TTL with jitter: up to a share of it more, by chance, so that keys that were filled together do
// not expire together. Of one instance.
#pragma once

#include "base/random.h"
#include "store/cache_operations.h"

namespace doorbuster {

class JitteredTtl {
 public:
  // REQUIRES: share >= 0. The random outlives it.
  JitteredTtl(Ttl ttl, double share, Random& random) : ttl_(ttl), share_(share), random_(&random) {}

  Ttl next() {
    if (share_ == 0) return ttl_;
    const double more = random_->uniform() * share_ * static_cast<double>(ttl_.count());
    return ttl_ + Ttl(static_cast<Ttl::rep>(more));
  }

 private:
  Ttl ttl_;
  double share_;
  Random* random_;
};

}  // namespace doorbuster
