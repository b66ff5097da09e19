// Decisions as pages that are whole in themselves (html_page.h): the verdict and the sentence
// first, then the charts, then all that the text has as tables, which need no script. Pure.
#pragma once

#include <string>

#include "results/capacity.h"
#include "results/comparison.h"
#include "results/sweep.h"

namespace doorbuster {

std::string html_comparison(const ComparisonResult& comparison);
std::string html_sweep(const SweepResult& sweep);
std::string html_capacity(const CapacityResult& capacity);

}  // namespace doorbuster
