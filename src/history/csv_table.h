// One CSV file, line by line: its header checked, each line cut into as many fields as the header
// has, each field read as what it must be. The first thing that is wrong stays as complaint(), with
// file and line, and ends the reading. No quotes: names and numbers need none.
#pragma once

#include <charconv>
#include <cstdint>
#include <istream>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace doorbuster {

class CsvTable {
 public:
  // Reads and checks the header, which may lack the last `optional` columns: their fields are empty
  // then. `columns` must outlive the table.
  CsvTable(std::string name, std::istream& text, std::span<const std::string_view> columns,
           std::size_t optional = 0);

  // The next line; false: there is none, or it is wrong.
  bool next();
  bool ok() const { return complaint_.empty(); }
  const std::string& complaint() const { return complaint_; }

  bool empty(std::size_t column) const { return fields_[column].empty(); }
  std::string text(std::size_t column) const { return std::string(fields_[column]); }

  // The field as a number in [least, most]; complains, and gives `least`, where it is none.
  template <class Number>
  Number number(std::size_t column, Number least = 0,
                Number most = std::numeric_limits<Number>::max()) {
    const std::string_view field = fields_[column];
    Number value{};
    const auto [end, error] = std::from_chars(field.data(), field.data() + field.size(), value);
    if (error == std::errc() && end == field.data() + field.size() && value >= least &&
        value <= most) {
      return value;
    }
    complain(column, range_text(std::to_string(least), std::to_string(most)));
    return least;
  }
  template <class Number>
  Number number_or(std::size_t column, Number otherwise, Number least = 0) {
    return empty(column) ? otherwise : number<Number>(column, least);
  }

  // The place of the field in `words`.
  template <class Enum, std::size_t n>
  Enum word(std::size_t column, const Enum (&words)[n]) {
    for (const Enum each : words) {
      if (fields_[column] == to_string(each)) return each;
    }
    std::string known;
    for (const Enum each : words) {
      if (to_string(each).empty()) continue;
      known += known.empty() ? "" : ", ";
      known += to_string(each);
    }
    complain(column, "must be one of " + known);
    return words[0];
  }

  void complain(std::size_t column, std::string_view what);  // about a field of this line
  void complain(std::string_view what);                      // about this line

 private:
  static std::string range_text(const std::string& least, const std::string& most);
  bool read_line();

  std::string name_;
  std::istream& text_;
  std::span<const std::string_view> columns_;
  std::size_t given_;  // of these, by the header
  std::int64_t line_number_ = 0;
  std::string line_;
  std::vector<std::string_view> fields_;
  std::string complaint_;
};

}  // namespace doorbuster
