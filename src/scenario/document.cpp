// The only user of the TOML library, compiled into this file with limits and without exceptions
// (the shared library of the package has neither).
#undef TOML_SHARED_LIB
#undef TOML_HEADER_ONLY
#define TOML_HEADER_ONLY 1
#define TOML_EXCEPTIONS 0
#define TOML_MAX_NESTED_VALUES 8
// The parser states as a fact that a table's header begins with a key, and "[=" does not: an abort
// in one build and undefined in the other, where plain code would go on to report it.
#undef NDEBUG
#define TOML_ASSERT(condition) static_cast<void>(0)

#include "scenario/document.h"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <charconv>
#include <sstream>

#include "scenario/keys.h"
#include "scenario/nearest.h"

namespace doorbuster {
namespace {

constexpr std::size_t kLiteralLimit = 60;
// With the limit on nesting above, this bounds the depth that dotted keys can build.
constexpr std::size_t kLineLimit = 2000;

bool is_bare(std::string_view key) {
  return !key.empty() && std::all_of(key.begin(), key.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_';
  });
}

std::string literal_of(const toml::node& node) {
  if (node.is_table()) return "{...}";
  if (const auto* text = node.as_string()) return quoted(printable(text->get(), kLiteralLimit));
  if (const auto* number = node.as_floating_point()) return fmt::format("{}", number->get());
  if (const auto* array = node.as_array()) {
    std::string out;
    for (const toml::node& element : *array) {
      if (out.size() > kLiteralLimit) return fmt::format("[{}, ...]", out);
      out += (out.empty() ? "" : ", ") + literal_of(element);
    }
    return fmt::format("[{}]", out);
  }
  std::ostringstream out;
  node.visit([&](const auto& n) { out << n; });
  return printable(out.str(), kLiteralLimit);
}

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  while (true) {
    const std::size_t at = text.find(separator);
    parts.emplace_back(text.substr(0, at));
    if (at == std::string_view::npos) return parts;
    text.remove_prefix(at + 1);
  }
}

std::string what_is_wanted(const KeyRow& key) {
  return fmt::format("a {} is needed, not a table", to_string(key.kind));
}

// Walks a parsed tree into the document; only into names that are known, so its depth is small.
class Walk {
 public:
  Walk(Document& document, Problems& problems, std::string flag)
      : document_(document), problems_(problems), flag_(std::move(flag)) {}

  void table(const toml::table& table, const std::string& prefix) {
    for (const auto& [key, node] : table) {
      const Origin where = origin(key.source());
      const std::string name =
          prefix.empty() ? std::string(key.str()) : fmt::format("{}.{}", prefix, key.str());
      if (!is_bare(key.str())) {
        problems_.add(where, fmt::format("unknown key {}", printable(name)));
      } else {
        this->node(node, name, where);
      }
    }
  }

  void node(const toml::node& node, const std::string& name, const Origin& where) {
    const Shape shape = shape_of(name);
    if (!shape.known()) return unknown(node, name, where);
    if (const toml::table* table = node.as_table()) {
      if (shape.list) return misplaced(where, name, fmt::format("a list is needed: [[{}]]", name));
      if (!shape.table) return misplaced(where, name, what_is_wanted(*find_key(name)));
      document_.tables.try_emplace(name, where);
      return this->table(*table, name);
    }
    const toml::array* array = node.as_array();
    const bool of_tables = array != nullptr && !array->empty() && array->get(0)->is_table();
    if (of_tables || (array != nullptr && shape.list)) return list(*array, name, where, shape);
    if (!shape.value) {
      const std::string form = shape.list ? "[[" + name + "]]" : "[" + name + "]";
      return misplaced(where, fmt::format("{} = {}", name, literal_of(node)),
                       fmt::format("a table is needed: {}", form));
    }
    document_.values[name] = {held(node), literal_of(node), where};
  }

 private:
  Origin origin(const toml::source_region& source) const {
    if (!flag_.empty()) return {flag_, 0};
    return {document_.file, static_cast<int>(source.begin.line)};
  }

  void misplaced(const Origin& where, std::string_view what, std::string_view wanted) {
    problems_.add(where, fmt::format("{}: {}", what, wanted));
  }

  void unknown(const toml::node& node, const std::string& name, const Origin& where) {
    const std::string kind = node.is_table() || node.is_array_of_tables() ? "table" : "key";
    const std::string near =
        problems_.full() ? "" : did_you_mean(without_indices(name), proposable_names());
    problems_.add(where, fmt::format("unknown {} {}{}", kind, printable(name), near));
  }

  void list(const toml::array& array, const std::string& name, const Origin& where, Shape shape) {
    if (!shape.list) {
      const std::string form = shape.table ? fmt::format("one table is needed: [{}]", name)
                                           : what_is_wanted(*find_key(name));
      return misplaced(where, name, form);
    }
    int count = 0;
    bool sound = true;
    for (const toml::node& element : array) {
      const std::string of_element = fmt::format("{}[{}]", name, ++count);
      const Origin place = origin(element.source());
      if (const toml::table* element_table = element.as_table()) {
        document_.tables.try_emplace(of_element, place);
        table(*element_table, of_element);
      } else {
        sound = false;
        misplaced(place, fmt::format("{} = {}", of_element, literal_of(element)),
                  fmt::format("a table is needed: [[{}]]", name));
      }
    }
    if (sound && count > 0) document_.lists[name] = count;
  }

  static decltype(Value::held) held(const toml::node& node) {
    if (const auto* flag = node.as_boolean()) return flag->get();
    if (const auto* whole = node.as_integer()) return whole->get();
    if (const auto* number = node.as_floating_point()) return number->get();
    if (const auto* text = node.as_string()) return text->get();
    if (const auto* array = node.as_array()) {
      std::vector<std::string> names;
      for (const toml::node& element : *array) {
        const auto* name = element.as_string();
        if (name == nullptr) return Unreadable{};
        names.push_back(name->get());
      }
      return names;
    }
    return Unreadable{};
  }

  Document& document_;
  Problems& problems_;
  std::string flag_;
};

void erase_under(Document& document, std::string_view key) {
  const auto is_under = [key](const auto& entry) {
    const std::string& name = entry.first;
    return name.starts_with(key) &&
           (name.size() == key.size() || name[key.size()] == '.' || name[key.size()] == '[');
  };
  std::erase_if(document.values, is_under);
  std::erase_if(document.tables, is_under);
  std::erase_if(document.lists, is_under);
}

// What is wrong with the indices of a key, "load.stage[3].rate"; "" if nothing.
std::string index_problem(const Document& document, const std::string& key) {
  const std::size_t open = key.find('[');
  if (open == std::string::npos) {
    for (const std::string_view list : {"load.stage", "shop.product", "thresholds"}) {
      if (key.starts_with(list) && key.size() > list.size() && key[list.size()] == '.') {
        return fmt::format("{} is a list; say which, from 1: {}[1]{}", list, list,
                           printable(key.substr(list.size())));
      }
    }
    return "";
  }
  const std::size_t close = key.find(']', open);
  const std::string list = key.substr(0, open);
  int index = 0;
  if (close != std::string::npos) {
    const char* end = key.data() + close;
    const auto [stop, error] = std::from_chars(key.data() + open + 1, end, index);
    if (error != std::errc{} || stop != end) index = 0;
  }
  const auto found = document.lists.find(list);
  const int count = found == document.lists.end() ? 0 : found->second;
  if (index >= 1 && index <= count && close + 1 < key.size() && key[close + 1] == '.') return "";
  return fmt::format("{}: {} counts from 1 and has {}", printable(key), printable(list), count);
}

Value read_override(const Override& change, const KeyRow& key, const toml::parse_result& parsed) {
  const toml::node* node = parsed ? parsed.table().get("value") : nullptr;
  const bool only = node != nullptr && parsed.table().size() == 1;
  Value value{change.value, printable(change.value, kLiteralLimit), {change.origin, 0}};
  if (key.kind == KeyKind::names && (!only || !node->is_array())) {
    const bool quoted = only && node->is_string();
    value.held = split(quoted ? node->as_string()->get() : change.value, ',');
  } else if (only &&
             !((key.kind == KeyKind::text || key.kind == KeyKind::word) && !node->is_string())) {
    Document holder;
    Problems none("");
    Walk(holder, none, change.origin).node(*node, change.key, {change.origin, 0});
    const auto found = holder.values.find(change.key);
    if (found != holder.values.end()) value = found->second;
  }
  return value;
}

}  // namespace

Document read_document(std::string_view text, Problems& problems) {
  Document document;
  document.file = problems.file();
  int line = 1;
  for (std::string_view rest = text; !rest.empty(); ++line) {
    const std::size_t length = std::min(rest.find('\n'), rest.size());
    if (length > kLineLimit) {
      problems.add({document.file, line}, fmt::format("the line has {} bytes; break it into lines "
                                                      "of at most {}",
                                                      length, kLineLimit));
      return document;
    }
    rest.remove_prefix(std::min(length + 1, rest.size()));
  }
  const toml::parse_result parsed = toml::parse(text);
  if (!parsed) {
    const toml::parse_error& error = parsed.error();
    problems.add({document.file, static_cast<int>(error.source().begin.line)},
                 fmt::format("not TOML: {}", printable(error.description(), 300)));
    return document;
  }
  Walk(document, problems, "").table(parsed.table(), "");
  return document;
}

void apply(const Override& change, Document& document, Problems& problems) {
  const Origin where{change.origin, 0};
  const std::string wrong = index_problem(document, change.key);
  if (!wrong.empty()) return problems.add(where, wrong);
  if (change.value.size() > kLineLimit) return problems.add(where, "the value is too long");
  const Shape shape = shape_of(change.key);
  const toml::parse_result parsed = toml::parse("value = " + change.value);
  const toml::node* node =
      parsed && parsed.table().size() == 1 ? parsed.table().get("value") : nullptr;
  const bool plain = node == nullptr || !(node->is_table() || (shape.list && node->is_array()));
  if (plain && !shape.value) {
    if (shape.known()) return problems.add(where, change.key + ": a table is needed");
    const std::string near = did_you_mean(change.key, proposable_names());
    return problems.add(where, fmt::format("unknown key {}{}", printable(change.key), near));
  }
  erase_under(document, change.key);
  // A part of a distribution or of an expectation replaces the scalar that stood for the whole.
  document.values.erase(change.key.substr(0, change.key.rfind('.')));
  if (plain) {
    document.values[change.key] = read_override(change, *find_key(change.key), parsed);
  } else {
    Walk(document, problems, change.origin).node(*node, change.key, where);
  }
}

}  // namespace doorbuster
