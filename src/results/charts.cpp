#include "results/charts.h"

#include <fmt/format.h>

#include <boost/describe/members.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/string.hpp>
#include <boost/mp11/algorithm.hpp>
#include <cmath>
#include <concepts>
#include <iterator>

#include "base/utf8.h"
#include "results/json_shape.h"

namespace doorbuster {
namespace {

class CompactWriter {
 public:
  std::string text() && { return std::move(out_); }

  void write(bool value) { out_ += value ? "true" : "false"; }
  void write(std::integral auto value) { fmt::format_to(std::back_inserter(out_), "{}", value); }
  void write(double value) {
    if (std::isfinite(value)) {
      fmt::format_to(std::back_inserter(out_), "{:.6g}", value);
    } else {
      out_ += "null";
    }
  }
  void write(const std::string& value) {
    out_ += boost::json::serialize(boost::json::string_view(valid_utf8(value)));
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
  void write(const std::vector<T>& values) {
    out_ += '[';
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (i > 0) out_ += ',';
      write(values[i]);
    }
    out_ += ']';
  }
  template <Described T>
  void write(const T& value) {
    char between = '{';
    boost::mp11::mp_for_each<Members<T>>([&](auto member) {
      out_ += between;
      between = ',';
      out_ += '"';
      out_ += member.name;
      out_ += "\":";
      write(value.*member.pointer);
    });
    out_ += '}';
  }

 private:
  std::string out_;
};

}  // namespace

std::string to_json(const ChartsData& charts) {
  CompactWriter writer;
  writer.write(charts);
  return std::move(writer).text();
}

std::string to_json(const DecisionCharts& charts) {
  CompactWriter writer;
  writer.write(charts);
  return std::move(writer).text();
}

}  // namespace doorbuster
