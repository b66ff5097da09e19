#include "report/table.h"

#include <algorithm>

#include "base/check.h"
#include "report/escape.h"

namespace doorbuster {
namespace {

std::string_view code_of(Tone tone) {
  switch (tone) {
    case Tone::good:
      return "\x1b[32m";
    case Tone::odd:
      return "\x1b[33m";
    case Tone::bad:
      return "\x1b[1;31m";
    case Tone::faint:
      return "\x1b[2m";
    case Tone::plain:
      break;
  }
  return "";
}

struct Width {
  std::size_t cell = 0;
  bool marks = false;
};

std::string placed(const std::string& shown, std::size_t columns, const Width& width, bool left) {
  const std::string space(width.cell - columns, ' ');
  return left ? shown + space : space + shown;
}

void end_line(std::string& text) {
  while (!text.empty() && text.back() == ' ') text.pop_back();
  text += '\n';
}

}  // namespace

Tone tone_of(Verdict verdict) {
  return verdict == Verdict::holds    ? Tone::good
         : verdict == Verdict::broken ? Tone::bad
                                      : Tone::odd;
}

std::string toned(std::string_view text, Tone tone, bool colour) {
  const std::string_view code = colour ? code_of(tone) : "";
  if (code.empty() || text.empty()) return std::string(text);
  return std::string(code).append(text).append("\x1b[0m");
}

std::string table(const std::vector<Column>& columns, const std::vector<std::vector<Cell>>& rows,
                  bool colour) {
  std::vector<Width> widths(columns.size());
  bool two_lines = false;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    widths[i].cell = std::max(columns_of(columns[i].above), columns_of(columns[i].heading));
    two_lines = two_lines || !columns[i].above.empty();
    for (const std::vector<Cell>& row : rows) {
      CHECK(row.size() == columns.size(), "{} cells for {} columns", row.size(), columns.size());
      widths[i].cell = std::max(widths[i].cell, columns_of(row[i].text));
      widths[i].marks = widths[i].marks || row[i].marked;
    }
  }
  std::string text;
  const auto line = [&](auto cell_of) {
    for (std::size_t i = 0; i < columns.size(); ++i) {
      const Cell cell = cell_of(i);
      if (i > 0) text += "  ";
      text += placed(toned(cell.text, cell.tone, colour), columns_of(cell.text), widths[i],
                     i == 0 || columns[i].left);
      if (widths[i].marks) text += cell.marked ? toned("!", cell.tone, colour) : " ";
    }
    end_line(text);
  };
  if (two_lines) line([&](std::size_t i) { return Cell{columns[i].above, Tone::faint, false}; });
  line([&](std::size_t i) { return Cell{columns[i].heading, Tone::faint, false}; });
  for (const std::vector<Cell>& row : rows) line([&](std::size_t i) { return row[i]; });
  return text;
}

}  // namespace doorbuster
