// Names and sentences come from files and servers, so nothing in them may steer a terminal or a
// page. Both make one line of any bytes; what is no UTF-8 shows as U+FFFD.
#pragma once

#include <string>
#include <string_view>

namespace doorbuster {

// Line ends and tabs become one space; all else that steers a terminal (base/utf8.h) becomes "?".
std::string terminal_safe(std::string_view text);

// The same, and everything with a meaning in Markdown or HTML is escaped, "@" and "#" too (they
// would call people and issues where the report is pasted).
std::string markdown_safe(std::string_view text);

// How many columns a line takes: its code points. (East Asian wide characters count as one.)
std::size_t columns_of(std::string_view text);

// The first `width` columns of a line.
std::string cut(std::string_view line, std::size_t width);

// Lines of at most `width` columns where spaces allow it, each after the first indented.
std::string wrapped(std::string_view text, std::size_t width, std::size_t indent);

}  // namespace doorbuster
