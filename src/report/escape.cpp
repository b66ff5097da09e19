#include "report/escape.h"

#include <algorithm>

#include "base/utf8.h"

namespace doorbuster {
namespace {

bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

bool is_white(char32_t point) { return point == U'\n' || point == U'\t' || point == U'\r'; }

}  // namespace

std::string terminal_safe(std::string_view text) {
  const std::string valid = valid_utf8(text);
  std::string safe;
  for (std::string_view rest = valid; !rest.empty();) {
    const Utf8Character first = first_character(rest);
    if (is_white(first.point)) {
      if (!safe.ends_with(' ')) safe += ' ';
    } else if (steers_terminal(first.point)) {
      safe += '?';
    } else {
      safe += rest.substr(0, first.length);
    }
    rest.remove_prefix(first.length);
  }
  return safe;
}

std::string markdown_safe(std::string_view text) {
  std::string safe;
  for (const char c : terminal_safe(text)) {
    switch (c) {
      case '<':
        safe += "&lt;";
        break;
      case '>':
        safe += "&gt;";
        break;
      case '&':
        safe += "&amp;";
        break;
      case '@':
        safe += "&#64;";
        break;
      case '#':
        safe += "&#35;";
        break;
      case '|':
        safe += "&#124;";
        break;
      case '\\':
      case '`':
      case '*':
      case '_':
      case '[':
      case ']':
      case '~':
      case '$':
        safe += '\\';
        [[fallthrough]];
      default:
        safe += c;
    }
  }
  return safe;
}

std::size_t columns_of(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return !is_continuation(c); }));
}

std::string cut(std::string_view line, std::size_t width) {
  if (columns_of(line) <= width) return std::string(line);
  std::size_t end = 0;
  for (std::size_t columns = 0; end < line.size(); ++end) {
    if (!is_continuation(line[end]) && columns++ == width) break;
  }
  return std::string(line.substr(0, end));
}

std::string wrapped(std::string_view text, std::size_t width, std::size_t indent) {
  std::string lines;
  std::size_t column = 0;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    const std::string_view word = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    const std::size_t length = columns_of(word);
    if (column > 0 && column + 1 + length > width) {
      lines += '\n' + std::string(indent, ' ');
      column = indent;
    } else if (!lines.empty()) {
      lines += ' ';
      ++column;
    }
    lines += word;
    column += length;
  }
  return lines;
}

}  // namespace doorbuster
