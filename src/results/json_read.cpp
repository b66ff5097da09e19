// A result from JSON, by its description. Keys that are not described are skipped, keys that are
// absent keep their default unless a reader could do nothing without them.
#include <fmt/format.h>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <boost/mp11/algorithm.hpp>
#include <cmath>
#include <limits>
#include <type_traits>

#include "results/capacity.h"
#include "results/comparison.h"
#include "results/json_shape.h"
#include "results/sweep.h"

namespace doorbuster {
namespace {

namespace json = boost::json;

template <class T>
constexpr bool required(std::string_view key) {
  if constexpr (std::is_same_v<T, RunResult>) return key == "schema" || key == "trials";
  if constexpr (std::is_same_v<T, TrialResult>) {
    return key == "strategy" || key == "counts" || key == "audit";
  }
  if constexpr (std::is_same_v<T, ComparisonResult> || std::is_same_v<T, SweepResult> ||
                std::is_same_v<T, CapacityResult>) {
    return key == "schema" || key == "verdict" || key == "conclusion";
  }
  return false;
}

std::string_view kind_of(const json::value& value) {
  switch (value.kind()) {
    case json::kind::null:
      return "null";
    case json::kind::bool_:
      return "true or false";
    case json::kind::string:
      return "a string";
    case json::kind::array:
      return "a list";
    case json::kind::object:
      return "an object";
    default:
      return "a number";
  }
}

std::string_view view(const json::string& text) { return {text.data(), text.size()}; }

class Reader {
 public:
  const std::string& complaint() const { return complaint_; }
  bool ok() const { return complaint_.empty(); }

  template <Described T>
  void read(const json::value& value, T& into) {
    if (!value.is_object()) return expected("an object", value);
    boost::mp11::mp_for_each<Members<T>>([&](auto member) {
      const json::value* found = value.get_object().if_contains(member.name);
      const Step step(*this, fmt::format(".{}", member.name));
      if (found != nullptr) {
        read(*found, into.*member.pointer);
      } else if (required<T>(member.name)) {
        complain("is missing");
      }
    });
  }

  void read(const json::value& value, bool& into) {
    if (!value.is_bool()) return expected("true or false", value);
    into = value.get_bool();
  }

  template <std::integral T>
  void read(const json::value& value, T& into) {
    const std::string_view wanted = "a whole number";
    if (value.is_double()) {  // 1e3 and 10.0 are whole too
      const double number = value.get_double();
      if (number != std::floor(number) || std::abs(number) > 9e15) return expected(wanted, value);
      return narrow(static_cast<std::int64_t>(number), value, into);
    }
    if (value.is_int64()) return narrow(value.get_int64(), value, into);
    if (value.is_uint64()) return narrow(value.get_uint64(), value, into);
    expected(wanted, value);
  }

  void read(const json::value& value, double& into) {
    if (value.is_null()) {
      into = std::numeric_limits<double>::quiet_NaN();  // the writer's word for no number
    } else if (value.is_number()) {
      into = value.to_number<double>();
    } else {
      expected("a number", value);
    }
  }

  void read(const json::value& value, std::string& into) {
    if (!value.is_string()) return expected("a string", value);
    into = view(value.get_string());
  }

  void read(const json::value& value, Verdict& into) {
    read_word(value, {Verdict::holds, Verdict::broken, Verdict::undecided}, into);
  }
  void read(const json::value& value, Validity& into) {
    read_word(value, {Validity::valid, Validity::degraded, Validity::invalid}, into);
  }

  template <class T>
  void read(const json::value& value, std::optional<T>& into) {
    into.reset();
    if (!value.is_null()) read(value, into.emplace());
  }

  template <class T>
  void read(const json::value& value, std::vector<T>& into) {
    if (!value.is_array()) return expected("a list", value);
    into.clear();
    for (const json::value& element : value.get_array()) {
      const Step step(*this, fmt::format("[{}]", into.size()));
      read(element, into.emplace_back());
    }
  }

  template <class T>
  void read(const json::value& value, Named<T>& into) {
    if (!value.is_object()) return expected("an object", value);
    into.clear();
    for (const auto& [key, named] : value.get_object()) {
      std::string name(key.data(), key.size());
      const Step step(*this, "." + name);
      read(named, into.emplace_back(std::move(name), T{}).second);
    }
  }

  void read(const json::value& value, Facts& into) {
    if (!value.is_object()) return expected("an object", value);
    into.clear();
    for (const auto& [name, fact] : value.get_object()) {
      if (std::optional<Fact> known = to_fact(fact)) {
        into.emplace_back(std::string(name.data(), name.size()), std::move(*known));
      }
    }
  }

  void read(const json::value& value, SeriesResult& into);

 private:
  // A part of the path to the value that is read, while it is.
  class Step {
   public:
    Step(Reader& reader, std::string_view part)
        : path_(reader.path_), length_(reader.path_.size()) {
      path_ += part;
    }
    ~Step() { path_.resize(length_); }
    Step(const Step&) = delete;
    Step& operator=(const Step&) = delete;

   private:
    std::string& path_;
    std::size_t length_;
  };

  static std::optional<Fact> to_fact(const json::value& value) {
    if (value.is_bool()) return Fact(value.get_bool());
    if (value.is_int64()) return Fact(value.get_int64());
    if (value.is_number()) return Fact(value.to_number<double>());
    if (value.is_string()) return Fact(std::string(view(value.get_string())));
    return std::nullopt;  // no fact that this version writes
  }

  template <class T, class Number>
  void narrow(Number number, const json::value& value, T& into) {
    if (!std::in_range<T>(number)) return expected("a number within range", value);
    into = static_cast<T>(number);
  }

  template <class Word>
  void read_word(const json::value& value, std::initializer_list<Word> words, Word& into) {
    if (!value.is_string()) return expected("a string", value);
    for (const Word word : words) {
      if (view(value.get_string()) == to_string(word)) {
        into = word;
        return;
      }
    }
    complain(fmt::format("is \"{:.40}\", which is no word for it", view(value.get_string())));
  }

  void read_row(const json::value& value, const std::vector<std::string>& columns, SeriesRow& into);

  void expected(std::string_view what, const json::value& value) {
    complain(fmt::format("is {}, not {}", kind_of(value), what));
  }
  // The first complaint stands.
  void complain(std::string_view what) {
    if (!ok()) return;
    const std::string_view where = path_;
    complaint_ =
        fmt::format("{} {}", where.empty() ? "the document" : where.substr(where[0] == '.'), what);
  }

  std::string path_;
  std::string complaint_;
};

void Reader::read(const json::value& value, SeriesResult& into) {
  if (!value.is_object()) return expected("an object", value);
  const json::object& object = value.get_object();
  if (const json::value* interval = object.if_contains("interval_ms")) {
    const Step step(*this, ".interval_ms");
    read(*interval, into.interval_ms);
  }
  std::vector<std::string> columns;
  if (const json::value* names = object.if_contains("columns")) {
    const Step step(*this, ".columns");
    read(*names, columns);
  }
  const json::value* rows = object.if_contains("rows");
  if (rows == nullptr) return;
  const Step step(*this, ".rows");
  if (!rows->is_array()) return expected("a list", *rows);
  into.rows.clear();
  for (const json::value& row : rows->get_array()) {
    const Step inner(*this, fmt::format("[{}]", into.rows.size()));
    read_row(row, columns, into.rows.emplace_back());
  }
}

void Reader::read_row(const json::value& value, const std::vector<std::string>& columns,
                      SeriesRow& into) {
  if (!value.is_array()) return expected("a list", value);
  const json::array& cells = value.get_array();
  const auto cell = [&](std::string_view column, auto& field) {
    for (std::size_t i = 0; i < columns.size() && i < cells.size(); ++i) {
      if (columns[i] == column) read(cells[i], field);
    }
  };
  const auto time = [&](std::string_view column, std::optional<Duration>& field) {
    double micros = std::numeric_limits<double>::quiet_NaN();
    cell(column, micros);
    if (std::abs(micros) < 1e12) {  // not if it is none
      field = std::chrono::round<Duration>(std::chrono::duration<double, std::micro>(micros));
    }
  };
  cell("at_ms", into.at_ms);
  cell("arrived", into.arrived);
  cell("sold", into.sold);
  cell("sold_out", into.sold_out);
  cell("views", into.views);
  time("buy_p50_us", into.buy_p50);
  time("buy_p99_us", into.buy_p99);
  cell("in_flight", into.in_flight);
  cell("stock_left", into.stock_left);
}

std::string schema_complaint(const json::value& document, std::string_view wanted) {
  if (!document.is_object()) return fmt::format("it is {}, not an object", kind_of(document));
  const json::value* schema = document.get_object().if_contains("schema");
  if (schema == nullptr || !schema->is_string()) return "it has no \"schema\"";
  if (view(schema->get_string()) == wanted) return "";
  return fmt::format("it is \"{:.60}\", and this program reads \"{}\"", view(schema->get_string()),
                     wanted);
}

template <Described T>
Result<T> parse(std::string_view text, std::string_view schema) {
  json::error_code error;
  const json::value document = json::parse(json::string_view(text.data(), text.size()), error);
  if (error == json::error::incomplete) {
    return invalid("this is no whole result: the JSON ends before it is complete");
  }
  if (error) return invalid(fmt::format("this is no result: {} in the JSON", error.message()));
  if (const std::string complaint = schema_complaint(document, schema); !complaint.empty()) {
    return invalid(fmt::format("this is no result that can be read: {}", complaint));
  }
  T result;
  Reader reader;
  reader.read(document, result);
  if (!reader.ok()) {
    return invalid(fmt::format("this result cannot be read: {}", reader.complaint()));
  }
  return result;
}

}  // namespace

Result<RunResult> from_json(std::string_view text) { return parse<RunResult>(text, kResultSchema); }

Result<ComparisonResult> comparison_from_json(std::string_view text) {
  return parse<ComparisonResult>(text, kComparisonSchema);
}

Result<SweepResult> sweep_from_json(std::string_view text) {
  return parse<SweepResult>(text, kSweepSchema);
}

Result<CapacityResult> capacity_from_json(std::string_view text) {
  return parse<CapacityResult>(text, kCapacitySchema);
}

}  // namespace doorbuster
