#include "history/csv_table.h"

#include <fmt/format.h>

#include <algorithm>

namespace doorbuster {
namespace {

constexpr std::size_t kLongestLine = 4096;
constexpr std::size_t kShown = 40;

std::string quoted_cell(std::string_view text) {
  std::string shown;
  for (const char c : text.substr(0, kShown)) shown += c < ' ' || c > '~' ? '?' : c;
  return fmt::format("'{}'{}", shown, text.size() > kShown ? "..." : "");
}

bool is_text(std::string_view line) {
  return std::none_of(line.begin(), line.end(), [](char c) { return c < ' ' || c > '~'; });
}

}  // namespace

CsvTable::CsvTable(std::string name, std::istream& text, std::span<const std::string_view> columns,
                   std::size_t optional)
    : name_(std::move(name)), text_(text), columns_(columns), given_(columns.size()) {
  const std::string whole = fmt::format("{}", fmt::join(columns_, ","));
  const std::string header =
      fmt::format("{}", fmt::join(columns_.first(columns_.size() - optional), ","));
  if (!read_line()) {
    if (ok()) complain(fmt::format("the file is empty; it begins with the line {}", header));
  } else if (line_ == header) {
    given_ = columns_.size() - optional;
  } else if (line_ != whole) {
    complain(fmt::format("the header is {}; it must be {}", quoted_cell(line_), header));
  }
}

// By hand, with a limit: a file without line ends is not read into memory.
bool CsvTable::read_line() {
  line_.clear();
  ++line_number_;
  std::streambuf& bytes = *text_.rdbuf();
  for (int c = bytes.sbumpc(); c != '\n'; c = bytes.sbumpc()) {
    if (c == std::istream::traits_type::eof()) {
      if (!line_.empty()) complain("the line has no end: the file is cut off");
      return false;
    }
    line_ += static_cast<char>(c);
    if (line_.size() > kLongestLine) {
      complain(fmt::format("the line is longer than {} bytes: this is no such file", kLongestLine));
      return false;
    }
  }
  if (!line_.empty() && line_.back() == '\r') {
    complain("the line ends in a carriage return; write lines that end in a line feed alone");
    return false;
  }
  if (!is_text(line_)) {
    complain("the line holds bytes that are no text of a CSV file");
    return false;
  }
  return true;
}

bool CsvTable::next() {
  if (!ok() || !read_line()) return false;
  fields_.clear();
  std::string_view rest = line_;
  for (auto comma = rest.find(','); comma != std::string_view::npos; comma = rest.find(',')) {
    fields_.push_back(rest.substr(0, comma));
    rest.remove_prefix(comma + 1);
  }
  fields_.push_back(rest);
  if (fields_.size() == given_) {
    fields_.resize(columns_.size());
    return true;
  }
  complain(fmt::format("the line has {} fields; there must be {}", fields_.size(), given_));
  return false;
}

std::string CsvTable::range_text(const std::string& least, const std::string& most) {
  return fmt::format("must be a whole number from {} to {}", least, most);
}

void CsvTable::complain(std::size_t column, std::string_view what) {
  complain(fmt::format("{} {}, not {}", columns_[column], what,
                       fields_[column].empty() ? "empty" : quoted_cell(fields_[column])));
}

void CsvTable::complain(std::string_view what) {
  if (ok()) complaint_ = fmt::format("{}:{}: {}", name_, line_number_, what);
}

}  // namespace doorbuster
