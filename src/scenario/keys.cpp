#include "scenario/keys.h"

#include <algorithm>
#include <array>
#include <set>

namespace doorbuster {
namespace {

constexpr std::array<std::string_view, 6> kLists = {"load.stage", "shop.product", "buyers.kind",
                                                    "trouble",    "fault",        "thresholds"};
constexpr std::array<std::string_view, 7> kDistributed = {
    "buyers.views",    "buyers.think",       "buyers.quantity",    "buyers.cart",
    "buyers.reaction", "buyers.retry_delay", "buyers.payment.time"};
constexpr std::string_view kKind = "buyers.kind.";
// What a kind of buyers may say for itself; the rest of [buyers] holds for all.
constexpr std::array<std::string_view, 13> kOfKind = {
    "views",    "think",   "quantity",    "cart",      "reaction",         "patience", "never_buys",
    "deterred", "retries", "retry_delay", "retry_key", "ignores_sold_out", "payment"};
// What a stage of its own may say; the rest of [load] holds for the whole load.
constexpr std::array<std::string_view, 7> kStaged = {"profile", "duration",   "rate", "rate_to",
                                                     "at",      "quiet_rate", "decay"};

template <class Names>
bool among(const Names& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// Tables are what stands before a dot in the name of a row.
const std::set<std::string, std::less<>>& tables() {
  static const auto* const kTables = [] {
    auto* all = new std::set<std::string, std::less<>>;
    for (const KeyRow& key : all_keys()) {
      for (std::size_t dot = key.name.find('.'); dot != std::string_view::npos;
           dot = key.name.find('.', dot + 1)) {
        all->emplace(key.name.substr(0, dot));
      }
    }
    all->insert("load.stage");
    return all;
  }();
  return *kTables;
}

}  // namespace

std::string without_indices(std::string_view name) {
  std::string out;
  bool inside = false;
  for (const char c : name) {
    if (c == '[') inside = true;
    if (!inside) out += c;
    if (c == ']') inside = false;
  }
  return out;
}

std::string row_name(std::string_view name) {
  std::string plain = without_indices(name);
  if (plain.starts_with(kKind)) {
    const std::string_view rest = std::string_view(plain).substr(kKind.size());
    if (among(kOfKind, rest.substr(0, rest.find('.')))) plain = "buyers." + std::string(rest);
  }
  const auto dots = std::count(plain.begin(), plain.end(), '.');
  const std::string_view last = std::string_view(plain).substr(plain.rfind('.') + 1);
  if (plain.starts_with("load.stage.") && dots == 2) {
    return among(kStaged, last) ? "load." + std::string(last) : plain;
  }
  for (const std::string_view distribution : kDistributed) {
    if (plain == distribution) return plain;
    if (plain == std::string(distribution) + "." + std::string(last)) {
      return "buyers.X." + std::string(last);
    }
  }
  if (plain.starts_with("strategy.") && dots <= 2) {
    return dots == 2 ? "strategy.NAME.OPTION" : "strategy.NAME";
  }
  if (plain.starts_with("expect.") && dots <= 2) {
    return dots == 2 ? "expect.NAME.INVARIANT" : "expect.NAME";
  }
  if (plain.starts_with("buyers.X")) return "";  // a placeholder, not a name
  return plain;
}

const KeyRow* find_key(std::string_view name) {
  const std::string row = row_name(name);
  const std::span<const KeyRow> keys = all_keys();
  const auto found =
      std::find_if(keys.begin(), keys.end(), [&](const KeyRow& key) { return key.name == row; });
  return found == keys.end() ? nullptr : &*found;
}

Shape shape_of(std::string_view name) {
  Shape shape;
  const std::string plain = without_indices(name);
  shape.value = find_key(name) != nullptr;
  if (among(kLists, plain)) {
    // "load.stage" is the list, "load.stage[1]" a table of it.
    (name.ends_with(']') ? shape.table : shape.list) = true;
  } else {
    const std::string row = row_name(name);
    shape.table = among(kDistributed, row) || tables().contains(row);
  }
  return shape;
}

const std::vector<std::string>& proposable_names() {
  static const auto* const kNames = [] {
    auto* names = new std::vector<std::string>;
    for (const KeyRow& key : all_keys()) {
      if (key.name.find("NAME") != std::string_view::npos) continue;
      if (!key.name.starts_with("buyers.X.")) {
        names->emplace_back(key.name);
        continue;
      }
      for (const std::string_view distribution : kDistributed) {
        names->push_back(std::string(distribution) + std::string(key.name.substr(8)));
      }
    }
    for (const std::string_view staged : kStaged) {
      names->push_back("load.stage." + std::string(staged));
    }
    for (const std::string_view own : kOfKind)
      names->push_back(std::string(kKind) + std::string(own));
    for (const std::string& table : tables()) {
      if (table.find("NAME") == std::string::npos && table != "buyers.X") names->push_back(table);
    }
    return names;
  }();
  return *kNames;
}

}  // namespace doorbuster
