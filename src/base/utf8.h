// Text of strangers: names of files, answers of servers, words of a command line may hold any
// bytes. What is UTF-8 (RFC 3629: no overlong forms, no surrogates), and what of it steers a
// terminal. Pure.
#pragma once

#include <string>
#include <string_view>

namespace doorbuster {

struct Utf8Character {
  char32_t point = 0;
  std::size_t length = 0;  // bytes; 0: the text does not begin with UTF-8
};

// REQUIRES: the text is not empty
Utf8Character first_character(std::string_view text);

// Control characters (C0, DEL, C1), line ends, marks without width and marks that turn the
// direction of writing.
bool steers_terminal(char32_t point);

// What is no UTF-8 becomes U+FFFD, byte by byte; all else stays.
std::string valid_utf8(std::string_view text);

}  // namespace doorbuster
