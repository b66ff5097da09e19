#include "scenario/reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/check.h"
#include "scenario/nearest.h"
#include "scenario/units.h"

namespace doorbuster {
namespace {

// Written again it stands in one line (describe.h), twice as long where all of it is escaped, and
// a scenario's lines have a limit.
constexpr std::size_t kLongestText = 900;

std::vector<std::string> words_of(const KeyRow& key) {
  std::vector<std::string> words;
  for (std::string_view rest = key.words; !rest.empty();) {
    const std::size_t bar = std::min(rest.find('|'), rest.size());
    words.emplace_back(rest.substr(0, bar));
    rest.remove_prefix(std::min(bar + 1, rest.size()));
  }
  return words;
}

std::string unquoted(std::string_view literal) {
  if (literal.starts_with('"')) return std::string(literal.substr(1, literal.size() - 2));
  return std::string(literal);
}

double standard_number(const KeyRow& key) {
  double value = 0;
  std::from_chars(key.standard.data(), key.standard.data() + key.standard.size(), value);
  return value;
}

}  // namespace

const KeyRow& Reader::row(const std::string& name, std::initializer_list<KeyKind> kinds) const {
  const KeyRow* key = find_key(name);
  CHECK(key != nullptr, "{} has no row in the key table", name);
  CHECK(std::find(kinds.begin(), kinds.end(), key->kind) != kinds.end(),
        "{} is a {} in the key table", name, to_string(key->kind));
  return *key;
}

const Value* Reader::find(const std::string& name) {
  read_.insert(name);
  const auto found = document_.values.find(name);
  return found == document_.values.end() ? nullptr : &found->second;
}

void Reader::refuse(const std::string& name, std::string_view message) {
  const auto found = document_.values.find(name);
  if (found == document_.values.end()) return complain(name, fmt::format("{}: {}", name, message));
  unsound_.insert(name);
  read_.insert(name);
  problems_.add(found->second.origin,
                fmt::format("{} = {}: {}", name, found->second.literal, message));
}

void Reader::complain(const std::string& name, std::string message) {
  unsound_.insert(name);
  for (std::string_view table = name; !table.empty();) {
    if (const auto found = document_.tables.find(table); found != document_.tables.end()) {
      return problems_.add(found->second, std::move(message));
    }
    const std::size_t dot = table.rfind('.');
    table = dot == std::string_view::npos ? "" : table.substr(0, dot);
  }
  problems_.add({document_.file, 0}, std::move(message));
}

void Reader::ignore_under(std::string_view prefix) {
  for (const auto& [name, value] : document_.values) {
    if (name.starts_with(prefix)) read_.insert(name);
  }
}

int Reader::size_of_list(const std::string& name) const {
  const auto found = document_.lists.find(name);
  return found == document_.lists.end() ? 0 : found->second;
}

std::string Reader::text(const std::string& name) {
  const KeyRow& key = row(name, {KeyKind::text});
  const Value* value = find(name);
  if (value == nullptr) return unquoted(key.standard);
  if (const auto* text = std::get_if<std::string>(&value->held)) {
    if (text->size() <= kLongestText) return *text;
    refuse(name, fmt::format("it has {} bytes; {} are the limit", text->size(), kLongestText));
  } else {
    refuse(name, "a text in quotes is needed");
  }
  return unquoted(key.standard);
}

std::string Reader::word(const std::string& name) {
  const KeyRow& key = row(name, {KeyKind::word});
  const Value* value = find(name);
  if (value == nullptr) {
    if (key.standard.empty()) complain(name, fmt::format("{} is missing", name));
    return unquoted(key.standard);
  }
  const std::vector<std::string> words = words_of(key);
  const auto* word = std::get_if<std::string>(&value->held);
  if (word != nullptr && std::find(words.begin(), words.end(), *word) != words.end()) return *word;
  const std::string near = word == nullptr ? "" : did_you_mean(*word, words);
  refuse(name, fmt::format("one of {} is needed{}", fmt::join(words, ", "), near));
  return unquoted(key.standard);
}

bool Reader::flag(const std::string& name) {
  const KeyRow& key = row(name, {KeyKind::flag});
  const Value* value = find(name);
  if (value == nullptr) return key.standard == "true";
  if (const auto* flag = std::get_if<bool>(&value->held)) return *flag;
  refuse(name, "true or false is needed");
  return key.standard == "true";
}

bool Reader::in_range(const std::string& name, const KeyRow& key, double value,
                      const std::string& low, const std::string& high) {
  if (value >= key.low && value <= key.high) return true;
  if (key.kind == KeyKind::share && key.high == 1) {
    refuse(name, "a share from 0 to 1 is needed");
  } else {
    refuse(name, value < key.low ? fmt::format("at least {} is needed", low)
                                 : fmt::format("at most {} is possible", high));
  }
  return false;
}

std::int64_t Reader::whole(const std::string& name) {
  const KeyRow& key = row(name, {KeyKind::whole});
  const auto standard = static_cast<std::int64_t>(standard_number(key));
  const Value* value = find(name);
  if (value == nullptr) {
    if (key.absent.starts_with("required")) complain(name, fmt::format("{} is missing", name));
    return standard;
  }
  const auto* whole = std::get_if<std::int64_t>(&value->held);
  if (whole == nullptr) {
    refuse(name, "a whole number is needed");
    return standard;
  }
  const bool possible = in_range(name, key, static_cast<double>(*whole), fmt::format("{}", key.low),
                                 fmt::format("{:.0f}", key.high));
  return possible ? *whole : standard;
}

double Reader::number(const std::string& name) {
  const KeyRow& key =
      row(name, {KeyKind::number, KeyKind::share, KeyKind::part, KeyKind::distribution});
  const Value* value = find(name);
  if (value == nullptr) {
    if (key.absent.starts_with("required")) complain(name, fmt::format("{} is missing", name));
    return standard_number(key);
  }
  double number = 0;
  if (const auto* whole = std::get_if<std::int64_t>(&value->held)) {
    number = static_cast<double>(*whole);
  } else if (const auto* real = std::get_if<double>(&value->held)) {
    number = *real;
  } else {
    refuse(name, "a number is needed");
    return standard_number(key);
  }
  if (std::isnan(number)) {
    refuse(name, "a number is needed");
    return standard_number(key);
  }
  const bool possible =
      in_range(name, key, number, fmt::format("{}", key.low), fmt::format("{}", key.high));
  return possible ? number : standard_number(key);
}

Duration Reader::duration(const std::string& name) {
  const KeyRow& key = row(name, {KeyKind::duration, KeyKind::part, KeyKind::distribution});
  const Duration standard = parse_duration(unquoted(key.standard)).value_or(Duration{});
  const Value* value = find(name);
  if (value == nullptr) {
    if (key.absent.starts_with("required")) complain(name, fmt::format("{} is missing", name));
    return standard;
  }
  std::optional<Duration> duration;
  if (const auto* text = std::get_if<std::string>(&value->held)) {
    duration = parse_duration(*text);
    if (!duration) {
      refuse(name, R"(a duration is needed: a number and a unit of ns, us, ms, s, m or h)");
      return standard;
    }
  } else if (std::holds_alternative<std::int64_t>(value->held) ||
             std::holds_alternative<double>(value->held)) {
    refuse(name,
           fmt::format(R"(a duration needs a unit, such as "{}s")", printable(value->literal, 20)));
    return standard;
  } else {
    refuse(name, R"(a duration is needed, such as "10s")");
    return standard;
  }
  const bool possible =
      in_range(name, key, to_seconds(*duration), format_duration(from_seconds(key.low)),
               format_duration(from_seconds(key.high)));
  return possible ? *duration : standard;
}

std::vector<std::string> Reader::names(const std::string& name) {
  row(name, {KeyKind::names});
  const Value* value = find(name);
  if (value == nullptr) return {};
  if (const auto* names = std::get_if<std::vector<std::string>>(&value->held)) return *names;
  refuse(name, R"(a list of names is needed, such as ["a", "b"])");
  return {};
}

void Reader::refuse_unread() {
  for (const auto& [name, value] : document_.values) {
    if (read_.contains(name)) continue;
    const KeyRow* key = find_key(name);
    const std::string reason =
        key == nullptr || key->belongs.empty()
            ? "it has no effect here"
            : fmt::format("it has no effect here; it belongs to {}", key->belongs);
    problems_.add(value.origin, fmt::format("{} = {}: {}", name, value.literal, reason));
  }
}

}  // namespace doorbuster
