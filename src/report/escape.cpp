#include "report/escape.h"

#include <algorithm>
#include <cstdint>

#include "results/utf8.h"

namespace doorbuster {
namespace {

bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

// The code point at the beginning of valid UTF-8, and its length.
std::pair<std::uint32_t, std::size_t> first_of(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text[0]);
  if (lead < 0x80) return {lead, 1};
  const std::size_t length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  std::uint32_t point = lead & (0x7FU >> length);
  for (std::size_t i = 1; i < length; ++i) {
    point = (point << 6) | (static_cast<unsigned char>(text[i]) & 0x3FU);
  }
  return {point, length};
}

bool steers(std::uint32_t point) {
  return point < 0x20 || (point >= 0x7F && point < 0xA0) || point == 0x061C ||
         (point >= 0x200B && point <= 0x200F) || (point >= 0x2028 && point <= 0x202E) ||
         (point >= 0x2060 && point <= 0x2069) || point == 0xFEFF ||
         (point >= 0xE0000 && point <= 0xE007F);
}

}  // namespace

std::string terminal_safe(std::string_view text) {
  const std::string valid = valid_utf8(text);
  std::string safe;
  for (std::string_view rest = valid; !rest.empty();) {
    const auto [point, length] = first_of(rest);
    if (steers(point)) {
      safe += '?';
    } else {
      safe += rest.substr(0, length);
    }
    rest.remove_prefix(length);
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
