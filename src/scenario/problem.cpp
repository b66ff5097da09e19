#include "scenario/problem.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

#include "base/utf8.h"

namespace doorbuster {

std::string to_string(const Problem& problem) {
  if (problem.line == 0) return fmt::format("{}: {}", problem.file, problem.message);
  return fmt::format("{}:{}: {}", problem.file, problem.line, problem.message);
}

std::string printable(std::string_view text, std::size_t limit) {
  std::string out;
  while (!text.empty()) {
    const Utf8Character first = first_character(text);
    const std::size_t length = std::max<std::size_t>(first.length, 1);
    if (out.size() + length > limit) return out + "...";
    if (first.length == 0) {
      out += fmt::format("\\x{:02x}", static_cast<unsigned char>(text[0]));
    } else if (steers_terminal(first.point)) {
      const auto point = static_cast<std::uint32_t>(first.point);
      out += point < 0x80 ? fmt::format("\\x{:02x}", point) : fmt::format("\\u{:04x}", point);
    } else {
      out += text.substr(0, length);
    }
    text.remove_prefix(length);
  }
  return out;
}

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
      out += fmt::format("\\u{:04x}", static_cast<unsigned char>(c));
    } else {
      out += c;
    }
  }
  return out + '"';
}

void Problems::add(const Origin& where, std::string message) {
  if (full()) {
    ++more_;
    return;
  }
  found_.push_back({where.file, where.line, std::move(message)});
}

std::vector<Problem> Problems::sorted() const {
  std::vector<Problem> all = found_;
  std::stable_sort(all.begin(), all.end(), [this](const Problem& a, const Problem& b) {
    const bool a_is_flag = a.file != file_;
    const bool b_is_flag = b.file != file_;
    return a_is_flag != b_is_flag ? b_is_flag : a.line < b.line;
  });
  if (more_ > 0) all.push_back({file_, 0, fmt::format("... and {} more problems", more_)});
  return all;
}

}  // namespace doorbuster
