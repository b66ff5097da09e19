// The key table: every key of a scenario file, its type, unit, range, default and meaning. The
// parser takes defaults, ranges and words from here and refuses to read a key that is not here, so
// that table and parser cannot drift. Pure; all text is static.
//
// Words in capitals stand for names: X is a distribution of the buyers, such as views or think;
// NAME a strategy; OPTION one of its options; INVARIANT an invariant. Elements of a list of tables
// count from 1: load.stage[1].rate.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace doorbuster {

enum class KeyKind : unsigned char {
  text,
  word,   // one of KeyRow::words
  flag,   // true or false
  whole,  // a whole number
  number,
  share,         // a number from 0 to 1
  duration,      // a string with a unit, "10s"
  names,         // a list of strings
  distribution,  // a scalar, or a table of buyers.X.*
  part,          // of a distribution: a number or a duration, as the distribution is
  option,        // of a strategy: the strategy says which type
};
std::string_view to_string(KeyKind kind);

struct KeyRow {
  std::string_view name;
  KeyKind kind = KeyKind::text;
  std::string_view standard = "";  // the default, as it would stand in the file; "": none
  std::string_view absent = "";    // without a default: what its absence means
  double low = 0;                  // of numbers; of durations in seconds
  double high = 0;
  std::string_view unit = "";
  std::string_view words = "";    // of a word: "a|b|c"
  std::string_view belongs = "";  // when it has an effect; "": always
  std::string_view meaning = "";
};

std::span<const KeyRow> all_keys();

// The row for a name as it stands in a file, "load.stage[2].rate" or "strategy.cache-aside.ttl".
const KeyRow* find_key(std::string_view name);

// The name of the row for a name of a file: "load.stage[2].rate" is "load.rate".
std::string row_name(std::string_view name);

// Without the indices: "load.stage[2].rate" is "load.stage.rate".
std::string without_indices(std::string_view name);

// What may stand under a name.
struct Shape {
  bool value = false;
  bool table = false;
  bool list = false;  // of tables
  bool known() const { return value || table || list; }
};
Shape shape_of(std::string_view name);

// Every key and table that a file may name, for proposals. Names that a vocabulary brings are not
// among them.
const std::vector<std::string>& proposable_names();

// The table as text of at most `width` columns. REQUIRES: width >= 40.
std::string key_table(std::size_t width);

// The table as Markdown.
std::string key_table_markdown();

}  // namespace doorbuster
