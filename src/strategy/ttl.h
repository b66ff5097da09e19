// A TTL with jitter: up to a share of it more, by chance, so that keys that were filled together do
// not expire together. Of one instance.
#pragma once

#include "base/random.h"
#include "store/cache_operations.h"
#include "strategy/registry.h"

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

// As the options `ttl` and `ttl_jitter` say.
inline JitteredTtl ttl_of(Stores stores, const Options& options) {
  return {option<Duration>(options, "ttl"), option<double>(options, "ttl_jitter"), stores.random};
}

}  // namespace doorbuster
