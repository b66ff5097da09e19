// A table in plain text: columns as wide as their cells, the first to the left, the others to the
// right. A cell may carry a mark, which stands in a column of its own so that figures stay in line,
// and a tone, which is a colour where colours are wanted.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/outcome.h"

namespace doorbuster {

enum class Tone : unsigned char { plain, good, odd, bad, faint };

Tone tone_of(Verdict verdict);

std::string toned(std::string_view text, Tone tone, bool colour);

struct Cell {
  std::string text;
  Tone tone = Tone::plain;
  bool marked = false;  // "!" behind it
};

struct Column {
  std::string above;  // the first line of the heading, may be empty
  std::string heading;
  bool left = false;  // the cells' side
};

// REQUIRES: each row has a cell for each column
std::string table(const std::vector<Column>& columns, const std::vector<std::vector<Cell>>& rows,
                  bool colour);

}  // namespace doorbuster
