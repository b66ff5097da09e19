// A trace: what each buyer of a sale did and when, as rows of a CSV file.
//
//   time_s,buyer,item,kind      or time_ms; the first line, exactly
//   0.25,17,1,view              time since the doors opened, never less than in the row above
//   1.5,17,1,buy                one unit
//
// The whole file is checked before anything is started. Memory is bounded by kLargestTrace and
// kMostTraceRows. Immutable once read; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/ids.h"
#include "base/time.h"
#include "scenario/problem.h"

namespace doorbuster {

struct Shop;

inline constexpr std::size_t kLargestTrace = 64U << 20U;  // bytes
inline constexpr std::size_t kMostTraceRows = 2'000'000;

struct TraceRow {
  enum class Kind : unsigned char { view, buy };
  Duration when{};  // since the doors opened, as recorded
  ItemId item{};
  Kind kind = Kind::view;
};

// Buyers are numbered from 0 in the order of their first rows, whatever the file calls them.
class Trace {
 public:
  struct Line {
    TraceRow row;
    std::int64_t buyer = 0;  // as numbered
  };
  // REQUIRES: in the order of time; not empty
  explicit Trace(const std::vector<Line>& lines, std::string sha256 = "");

  std::int64_t buyers() const { return static_cast<std::int64_t>(begins_.size()) - 1; }
  std::span<const TraceRow> of(BuyerId buyer) const;  // in the order of time; not empty
  std::size_t rows() const { return rows_.size(); }
  Duration last() const { return last_; }                // when the last row is
  const std::string& sha256() const { return sha256_; }  // of the file's bytes

 private:
  std::vector<TraceRow> rows_;  // each buyer's together
  std::vector<std::size_t> begins_;
  Duration last_{};
  std::string sha256_;
};

// The trace, or the first thing that is wrong with it. `file` names it in the problem.
using ParsedTrace = std::variant<Trace, Problem>;
ParsedTrace parse_trace(std::string_view text, const std::string& file, const Shop& shop,
                        std::size_t most_rows = kMostTraceRows);
ParsedTrace load_trace(const std::string& file, const Shop& shop);

}  // namespace doorbuster
