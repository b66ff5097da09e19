// Tables of Markdown. Cells are Markdown already: escape what comes from outside.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace doorbuster {

// Columns after the first `left` ones are figures, to the right.
std::string markdown_table(const std::vector<std::string>& headings,
                           const std::vector<std::vector<std::string>>& rows, std::size_t left = 1);

}  // namespace doorbuster
