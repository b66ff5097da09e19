#include "base/random.h"

#include <bit>
#include <cmath>
#include <numbers>
#include <random>

#include "base/check.h"

namespace doorbuster {
namespace {

std::uint64_t split_mix(std::uint64_t& state) {
  std::uint64_t z = (state += 0x9e3779b97f4a7c15U);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
  return z ^ (z >> 31);
}

}  // namespace

std::uint64_t stream_seed(std::uint64_t seed, std::uint64_t purpose, std::uint64_t index) {
  std::uint64_t state = seed;
  std::uint64_t mixed = split_mix(state) ^ purpose;
  mixed = split_mix(mixed) ^ index;
  return split_mix(mixed);
}

std::uint64_t entropy() {
  std::random_device device;
  return (std::uint64_t{device()} << 32) ^ device();
}

Random::Random(std::uint64_t seed) {
  for (auto& word : state_) word = split_mix(seed);
}

std::uint64_t Random::next() {
  const std::uint64_t result = std::rotl(state_[1] * 5, 7) * 9;
  const std::uint64_t shifted = state_[1] << 17;
  state_[2] ^= state_[0];
  state_[3] ^= state_[1];
  state_[1] ^= state_[2];
  state_[0] ^= state_[3];
  state_[2] ^= shifted;
  state_[3] = std::rotl(state_[3], 45);
  return result;
}

std::uint64_t Random::below(std::uint64_t bound) {
  CHECK(bound > 0, "below(0)");
  const std::uint64_t rejected = -bound % bound;  // 2^64 mod bound
  for (;;) {
    const std::uint64_t drawn = next();
    if (drawn >= rejected) return drawn % bound;
  }
}

double Random::uniform() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }

double Random::exponential(double mean) {
  const double drawn = uniform();
  // Spares the logarithm; drawn all the same, so that what follows stays what it was.
  return mean == 0 ? 0 : -mean * std::log1p(-drawn);
}

double Random::normal() {
  const double radius = std::sqrt(-2.0 * std::log1p(-uniform()));
  return radius * std::cos(2.0 * std::numbers::pi * uniform());
}

double Random::lognormal(double median, double sigma) {
  return median * std::exp(sigma * normal());
}

std::uint64_t Random::geometric(double mean) {
  CHECK(mean >= 0, "geometric({})", mean);
  if (mean == 0) return 0;
  const double failure = mean / (1.0 + mean);
  return static_cast<std::uint64_t>(std::floor(std::log1p(-uniform()) / std::log(failure)));
}

}  // namespace doorbuster
