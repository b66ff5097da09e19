// A scenario file as a flat list of values under dotted names, each with its line: what the TOML
// library gives, without the library. Unknown keys, and tables where values belong, are found here.
// Elements of lists of tables count from 1. Thread-compatible; owns all.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "scenario/problem.h"

namespace doorbuster {

struct Unreadable {};  // a date, a mixed list: nothing that any key wants

struct Value {
  std::variant<Unreadable, bool, std::int64_t, double, std::string, std::vector<std::string>> held;
  std::string literal;  // as it would stand in the file, cut to a line
  Origin origin;
};

struct Document {
  std::string file;
  std::map<std::string, Value, std::less<>> values;
  std::map<std::string, Origin, std::less<>> tables;  // elements of lists included
  std::map<std::string, int, std::less<>> lists;      // how many tables each has
};

// A value given on the command line: it takes the place of what the file says under the same key.
struct Override {
  std::string key;
  std::string value;   // a TOML literal; a bare word is a string, bare words with commas are a list
  std::string origin;  // the flag as given, "--set load.rate=5"; reported with problems
};

// The text of one file, which must be UTF-8 without NUL. A text that is not TOML is one problem.
Document read_document(std::string_view text, Problems& problems);

void apply(const Override& change, Document& document, Problems& problems);

}  // namespace doorbuster
