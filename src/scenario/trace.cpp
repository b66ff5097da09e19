#include "scenario/trace.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <unordered_map>
#include <utility>

#include "base/check.h"
#include "base/order.h"
#include "base/sha256.h"
#include "scenario/read_file.h"
#include "scenario/scenario.h"

namespace doorbuster {
namespace {

constexpr double kLongestTrace = 86'400;  // seconds
constexpr std::string_view kHeader = "time_s,buyer,item,kind";
constexpr std::string_view kHeaderOfMilliseconds = "time_ms,buyer,item,kind";

bool is_binary(std::string_view line) {
  return std::ranges::any_of(line, [](char c) { return c < ' ' || c == '\x7f'; });
}

template <class Number>
bool reads_as(std::string_view text, Number& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size();
}

// Reads line after line; what is wrong with one is a sentence.
class Rows {
 public:
  Rows(const Shop& shop, double unit, std::size_t most) : shop_(shop), unit_(unit), most_(most) {}

  std::string read(std::string_view line) {
    if (lines_.size() == most_) {
      return fmt::format("a trace has at most {} rows; replay a part of it", most_);
    }
    std::array<std::string_view, 4> fields;
    if (!split(line, fields)) {
      return fmt::format("{}: a row has four fields, such as 1.5,17,1,buy", quoted_part(line));
    }
    Trace::Line read;
    std::string wrong = read_time(fields[0], read.row);
    if (wrong.empty()) wrong = read_item(fields[2], read.row);
    if (wrong.empty()) wrong = read_kind(fields[3], read.row);  // asks the shop about the item
    if (wrong.empty()) wrong = read_buyer(fields[1], read);
    if (wrong.empty()) lines_.push_back(read);
    return wrong;
  }

  const std::vector<Trace::Line>& lines() const { return lines_; }

 private:
  static std::string quoted_part(std::string_view text) {
    return doorbuster::quoted(printable(text));
  }

  static bool split(std::string_view line, std::array<std::string_view, 4>& fields) {
    for (std::size_t i = 0; i < fields.size(); ++i) {
      const std::size_t comma = line.find(',');
      const bool last = i + 1 == fields.size();
      if (last != (comma == std::string_view::npos)) return false;
      fields[i] = line.substr(0, comma);
      if (!last) line.remove_prefix(comma + 1);
    }
    return true;
  }

  std::string read_time(std::string_view text, TraceRow& row) {
    double time = 0;
    if (!reads_as(text, time) || !(time >= 0 && time * unit_ <= kLongestTrace)) {
      return fmt::format("the time {}: a number is needed, from 0 to a day", quoted_part(text));
    }
    row.when = from_seconds(time * unit_);
    if (!lines_.empty() && row.when < lines_.back().row.when) {
      return fmt::format("the time {} is before that of the row above; sort the rows by time",
                         quoted_part(text));
    }
    return {};
  }

  std::string read_item(std::string_view text, TraceRow& row) const {
    std::int32_t item = 0;
    const auto products = shop_.products.size();
    if (!reads_as(text, item) || item < 1 || static_cast<std::size_t>(item) > products) {
      return fmt::format("the item {}: the shop's products are 1 to {} (shop.products)",
                         quoted_part(text), products);
    }
    row.item = ItemId{item};
    return {};
  }

  std::string read_kind(std::string_view text, TraceRow& row) const {
    if (text != "view" && text != "buy") {
      return fmt::format("the kind {}: view or buy is possible", quoted_part(text));
    }
    if (text == "view") return {};
    row.kind = TraceRow::Kind::buy;
    if (shop_.products[static_cast<std::size_t>(number(row.item)) - 1].on_sale) return {};
    return fmt::format("item {} is bought, but it is not on sale (shop.on_sale)", number(row.item));
  }

  std::string read_buyer(std::string_view text, Trace::Line& line) {
    std::int64_t name = 0;
    if (!reads_as(text, name) || name < 0) {
      return fmt::format("the buyer {}: a whole number is needed, 0 or above", quoted_part(text));
    }
    Known& buyer = known_.try_emplace(name, Known{next_, 0}).first->second;
    if (buyer.number == next_) ++next_;
    line.buyer = buyer.number;
    if (line.row.kind != TraceRow::Kind::buy || ++buyer.purchases <= kMostLinesOfACart) return {};
    return fmt::format("buyer {} buys for the {}th time; {} purchases of one can be told apart",
                       name, buyer.purchases, kMostLinesOfACart);
  }

  struct Known {
    std::int64_t number = 0;
    int purchases = 0;
  };

  const Shop& shop_;
  double unit_;
  std::size_t most_;
  std::vector<Trace::Line> lines_;
  std::unordered_map<std::int64_t, Known> known_;
  std::int64_t next_ = 0;
};

std::string_view without_return(std::string_view line) {
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

}  // namespace

Trace::Trace(const std::vector<Line>& lines, std::string sha256) : sha256_(std::move(sha256)) {
  CHECK(!lines.empty());
  last_ = lines.back().row.when;
  for (const Line& line : lines) {
    const auto after = static_cast<std::size_t>(line.buyer) + 2;
    if (begins_.size() < after) begins_.resize(after);
    ++begins_[after - 1];
  }
  for (std::size_t i = 1; i < begins_.size(); ++i) begins_[i] += begins_[i - 1];
  std::vector<std::size_t> next = begins_;
  rows_.resize(lines.size());
  for (const Line& line : lines) rows_[next[static_cast<std::size_t>(line.buyer)]++] = line.row;
}

std::span<const TraceRow> Trace::of(BuyerId buyer) const {
  const auto index = static_cast<std::size_t>(number(buyer));
  return std::span(rows_).subspan(begins_[index], begins_[index + 1] - begins_[index]);
}

ParsedTrace parse_trace(std::string_view text, const std::string& file, const Shop& shop,
                        std::size_t most_rows) {
  const std::string shown = printable(file, 300);
  if (text.size() > kLargestTrace) {
    return Problem{shown, 0, "the file is too large; a trace has at most 64 MiB"};
  }
  if (text.empty()) {
    return Problem{shown, 0, fmt::format("the file is empty; a trace begins with {}", kHeader)};
  }
  const std::string_view all = text;
  std::optional<Rows> rows;
  for (int number = 1; !text.empty(); ++number) {
    const std::size_t end = text.find('\n');
    const std::string_view line = without_return(text.substr(0, end));
    std::string wrong;
    if (is_binary(line)) {
      wrong = "the file is binary or not plain ASCII; a trace is a CSV file";
    } else if (end == std::string_view::npos) {
      wrong = "the last line does not end: the file was cut off; end it with a line feed";
    } else if (rows) {
      wrong = rows->read(line);
    } else if (line != kHeader && line != kHeaderOfMilliseconds) {
      wrong = fmt::format("{}: the first line of a trace is {} or {}",
                          doorbuster::quoted(printable(line)), kHeader, kHeaderOfMilliseconds);
    } else {
      rows.emplace(shop, line == kHeader ? 1 : 1e-3, most_rows);
    }
    if (!wrong.empty()) return Problem{shown, number, std::move(wrong)};
    text.remove_prefix(end + 1);
  }
  if (rows->lines().empty()) return Problem{shown, 1, "nobody comes: there is no row below it"};
  return Trace(rows->lines(), sha256(all));
}

ParsedTrace load_trace(const std::string& file, const Shop& shop) {
  std::string text;
  const FileOf kind{kLargestTrace, "a trace is one CSV file", "a trace has at most 64 MiB",
                    "load.trace is looked for from the scenario's folder"};
  std::string wrong = read_file(file, kind, text);
  if (!wrong.empty()) return Problem{printable(file, 300), 0, std::move(wrong)};
  return parse_trace(text, file, shop);
}

}  // namespace doorbuster
