// "Did you mean": the candidate that differs least from a word, if any is near enough. Pure.
// Source of the distance: optimal string alignment (Damerau and Levenshtein).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace doorbuster {

// Insertions, deletions, changes and swaps of neighbours between two words.
std::size_t edit_distance(std::string_view a, std::string_view b);

// A dotted word is also near to a candidate whose last part is near to its own.
std::optional<std::string> nearest(std::string_view word,
                                   const std::vector<std::string>& candidates);

// "; did you mean NEAREST?", or `otherwise` where nothing is near.
std::string did_you_mean(std::string_view word, const std::vector<std::string>& candidates,
                         std::string_view otherwise = "");

}  // namespace doorbuster
