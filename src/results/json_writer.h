// A described struct as JSON: pretty, keys in the order described, the same bytes for the same
// value on every machine. A struct with nothing but figures and words stands on one line, all
// others have a line for each key. Use on one thread.
#pragma once

#include <fmt/format.h>

#include <boost/describe/members.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/string.hpp>
#include <boost/mp11/algorithm.hpp>
#include <cmath>
#include <concepts>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "base/utf8.h"
#include "results/json_shape.h"

namespace doorbuster {

template <class T>
constexpr bool is_json_scalar() {
  return std::is_arithmetic_v<T> || std::is_enum_v<T> || std::is_same_v<T, std::string> ||
         is_optional<T>;
}

template <class T>
constexpr bool is_flat_in_json() {
  bool flat = true;
  boost::mp11::mp_for_each<Members<T>>([&](auto member) {
    flat =
        flat && is_json_scalar<std::remove_cvref_t<decltype(std::declval<T>().*member.pointer)>>();
  });
  return flat;
}

class JsonWriter {
 public:
  std::string text() && { return std::move(out_); }

  void write(bool value) { out_ += value ? "true" : "false"; }
  void write(std::integral auto value) { fmt::format_to(std::back_inserter(out_), "{}", value); }
  void write(double value) {
    if (!std::isfinite(value)) {
      out_ += "null";
    } else {
      // 15 digits: read by whatever parser (Boost.JSON's may be one off in the last bit) and
      // written again, they are the same.
      fmt::format_to(std::back_inserter(out_), "{:.15g}", value);
    }
  }
  void write(const std::string& value) {
    out_ += boost::json::serialize(boost::json::string_view(valid_utf8(value)));
  }
  void write(Verdict value) { write(std::string(to_string(value))); }
  void write(Validity value) { write(std::string(to_string(value))); }
  void write(const Fact& value) {
    std::visit([this](const auto& held) { write(held); }, value);
  }
  template <class T>
  void write(const std::optional<T>& value) {
    if (value) {
      write(*value);
    } else {
      out_ += "null";
    }
  }

  template <class T>
  void write(const Named<T>& values) {
    open('{');
    for (const auto& [name, value] : values) {
      element();
      key(name);
      write(value);
    }
    close('}');
  }

  template <class T>
  void write(const std::vector<T>& values) {
    open('[');
    for (const T& value : values) {
      element();
      write(value);
    }
    close(']');
  }

  void write(const SeriesResult& series) {
    open('{');
    element();
    key("interval_ms");
    write(series.interval_ms);
    element();
    key("columns");
    on_one_line('[', ']', [&] {
      for (const char* column : kSeriesColumns) {
        element();
        write(std::string(column));
      }
    });
    element();
    key("rows");
    open('[');
    for (const SeriesRow& row : series.rows) {
      element();
      on_one_line('[', ']', [&] { write_cells(row); });
    }
    close(']');
    close('}');
  }

  template <Described T>
  void write(const T& value) {
    const auto members = [&] {
      boost::mp11::mp_for_each<Members<T>>([&](auto member) {
        element();
        key(member.name);
        write(value.*member.pointer);
      });
    };
    if (is_flat_in_json<T>()) {
      on_one_line('{', '}', members);
    } else {
      open('{');
      members();
      close('}');
    }
  }

 private:
  void write_cells(const SeriesRow& row) {
    const auto cell = [&](const auto& value) {
      element();
      write(value);
    };
    const auto micros = [](const std::optional<Duration>& time) {
      return time ? std::optional(to_micros(*time)) : std::nullopt;
    };
    cell(row.at_ms);
    cell(row.arrived);
    cell(row.sold);
    cell(row.sold_out);
    cell(row.views);
    cell(micros(row.buy_p50));
    cell(micros(row.buy_p99));
    cell(row.in_flight);
    cell(row.stock_left);
  }

  void open(char bracket) {
    out_ += bracket;
    ++depth_;
    first_ = true;
  }
  void close(char bracket) {
    --depth_;
    if (!first_ && !flat_) new_line();
    out_ += bracket;
    first_ = false;
  }
  template <class Content>
  void on_one_line(char begin, char end, Content content) {
    flat_ = true;
    open(begin);
    content();
    close(end);
    flat_ = false;
  }
  void element() {
    if (!first_) out_ += flat_ ? ", " : ",";
    if (!flat_) new_line();
    first_ = false;
  }
  void key(std::string_view name) {
    write(std::string(name));
    out_ += ": ";
  }
  void new_line() {
    out_ += '\n';
    out_.append(static_cast<std::size_t>(2 * depth_), ' ');
  }

  std::string out_;
  int depth_ = 0;
  bool first_ = true;
  bool flat_ = false;
};

// With a line end behind it.
template <Described T>
std::string described_as_json(const T& value) {
  JsonWriter writer;
  writer.write(value);
  return std::move(writer).text() + "\n";
}

}  // namespace doorbuster
