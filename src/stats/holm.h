// Many comparisons at once: of twenty metrics that did not change one will seem to at 5 %. Holm, "A
// simple sequentially rejective multiple test procedure", Scandinavian Journal of Statistics 1979:
// with these p the chance of even one false alarm in the family is at most the level, whatever the
// dependence between the tests. Pure.
#pragma once

#include <vector>

namespace doorbuster {

// In the order given; each at least as large as it was, at most 1.
std::vector<double> holm(const std::vector<double>& p);

}  // namespace doorbuster
