#include <fmt/format.h>

#include "base/check.h"
#include "scenario/keys.h"
#include "scenario/units.h"

namespace doorbuster {
namespace {

std::string replace_all(std::string text, std::string_view what, std::string_view by) {
  for (std::size_t at = text.find(what); at != std::string::npos;
       at = text.find(what, at + by.size())) {
    text.replace(at, what.size(), by);
  }
  return text;
}

std::string type_of(const KeyRow& key) {
  std::string type(key.kind == KeyKind::word ? replace_all(std::string(key.words), "|", ", ")
                                             : std::string(to_string(key.kind)));
  if (!key.unit.empty()) type += fmt::format(", {}", key.unit);
  return type;
}

std::string bound(const KeyRow& key, double value) {
  if (key.kind == KeyKind::duration) return format_duration(from_seconds(value));
  return fmt::format("{:.6g}", value);
}

std::string range_of(const KeyRow& key) {
  if (key.kind != KeyKind::whole && key.kind != KeyKind::number && key.kind != KeyKind::share &&
      key.kind != KeyKind::duration) {
    return "";
  }
  return fmt::format("{} to {}", bound(key, key.low), bound(key, key.high));
}

std::string default_of(const KeyRow& key) {
  return std::string(key.standard.empty() ? key.absent : key.standard);
}

std::string meaning_of(const KeyRow& key) {
  std::string meaning(key.meaning);
  if (!key.belongs.empty()) meaning += fmt::format("; with {}", key.belongs);
  return meaning;
}

std::string_view table_of(const KeyRow& key) {
  const std::size_t dot = key.name.find('.');
  return dot == std::string_view::npos ? "" : key.name.substr(0, dot);
}

void add_wrapped(std::string& out, std::string_view text, std::size_t indent, std::size_t width) {
  std::size_t column = 0;
  while (!text.empty()) {
    const std::size_t space = text.find(' ');
    const std::string_view word = text.substr(0, space);
    text.remove_prefix(space == std::string_view::npos ? text.size() : space + 1);
    if (column > indent && column + 1 + word.size() > width) {
      out += '\n';
      column = 0;
    }
    const std::size_t before = out.size();
    out += column == 0 ? std::string(indent, ' ') : std::string(" ");
    out += word;
    column += out.size() - before;
  }
  out += '\n';
}

}  // namespace

std::string_view to_string(KeyKind kind) {
  switch (kind) {
    case KeyKind::text:
      return "text";
    case KeyKind::word:
      return "word";
    case KeyKind::flag:
      return "true or false";
    case KeyKind::whole:
      return "whole number";
    case KeyKind::number:
      return "number";
    case KeyKind::share:
      return "share";
    case KeyKind::duration:
      return "duration";
    case KeyKind::names:
      return "list of names";
    case KeyKind::distribution:
      return "distribution";
    case KeyKind::part:
      return "number or duration";
    case KeyKind::option:
      return "as the strategy says";
  }
  return "";
}

std::string key_table(std::size_t width) {
  CHECK(width >= 40);
  std::string out;
  std::string_view last = "";
  for (const KeyRow& key : all_keys()) {
    if (table_of(key) != last) out += '\n';
    last = table_of(key);
    std::string type = type_of(key);
    if (const std::string range = range_of(key); !range.empty()) type += ", " + range;
    out += fmt::format("{}\n", key.name);
    add_wrapped(out, fmt::format("{}; default: {}", type, default_of(key)), 4, width);
    add_wrapped(out, meaning_of(key), 4, width);
  }
  return out;
}

std::string key_table_markdown() {
  std::string out;
  std::string_view last = "-";
  for (const KeyRow& key : all_keys()) {
    if (table_of(key) != last) {
      last = table_of(key);
      out += last.empty() ? std::string("### At the top\n") : fmt::format("\n### {}\n", last);
      out += "\n| key | type, unit | range | default | meaning |\n|---|---|---|---|---|\n";
    }
    const std::string standard =
        key.standard.empty() ? std::string(key.absent) : fmt::format("`{}`", key.standard);
    out += fmt::format("| `{}` | {} | {} | {} | {} |\n", key.name, type_of(key), range_of(key),
                       standard, replace_all(meaning_of(key), "|", "\\|"));
  }
  return out;
}

}  // namespace doorbuster
