// All chance comes from here: a Random is a stream of numbers that its seed fixes, the same on
// every machine and standard library (std::uniform_int_distribution and its kin are not). Not
// thread-safe; a shard, a buyer or a second of arrivals each has a stream of its own, derived with
// stream_seed(). Source: xoshiro256** and SplitMix64, Blackman and Vigna, "Scrambled linear
// pseudorandom number generators", ACM TOMS 2021.
#pragma once

#include <cstdint>

namespace doorbuster {

// An independent seed for stream `index` of `purpose` (any small number that names the use).
std::uint64_t stream_seed(std::uint64_t seed, std::uint64_t purpose, std::uint64_t index);

// A seed that nobody can foresee, for names and for runs that state none. Any thread.
std::uint64_t entropy();

class Random {
 public:
  explicit Random(std::uint64_t seed);

  std::uint64_t next();
  std::uint64_t below(std::uint64_t bound);  // 0..bound-1, unbiased. REQUIRES: bound > 0
  double uniform();                          // [0, 1)
  bool chance(double probability) { return uniform() < probability; }
  double exponential(double mean);
  double normal();  // mean 0, deviation 1
  double lognormal(double median, double sigma);
  std::uint64_t geometric(
      double mean);  // failures before a success: 0, 1, 2 ...; REQUIRES: mean >= 0

 private:
  std::uint64_t state_[4];
};

}  // namespace doorbuster
