// Figures in sentences, always beside what they rest on. Pure.
#pragma once

#include <string>
#include <string_view>

#include "results/check.h"
#include "stats/estimate.h"

namespace doorbuster {

// "4.10 ms", "923 /s", "98.1 %", "3.5": three digits.
std::string with_unit(double value, std::string_view unit);

// "22.1 % higher (95 % interval 15.0 to 28.3 %)", "0.4 % lower (...)"; of an interval without
// bounds it says so.
std::string change_in_words(const PercentChange& change, double level);

// "five" is no help in a table: "1 run", "5 runs".
std::string counted(std::size_t number, std::string_view one, std::string_view several);

// In percent of `of`; nothing where that is zero, an end nothing where it is infinite.
PercentChange percent_of(double value, const Bounds& interval, double of);

}  // namespace doorbuster
