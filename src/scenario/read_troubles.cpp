#include <fmt/format.h>

#include <algorithm>

#include "scenario/nearest.h"
#include "scenario/sections.h"

namespace doorbuster {
namespace {

using Kind = Trouble::Kind;

constexpr Duration kPatience = 100ms;  // of a client whose request or reply was lost

Kind kind_of(std::string_view word) {
  if (word == "lose_request") return Kind::lose_request;
  if (word == "lose_reply") return Kind::lose_reply;
  if (word == "cut") return Kind::cut;
  if (word == "die") return Kind::die;
  return Kind::delay;
}

std::string read_operation(Reader& in, const std::string& key, const Vocabulary& vocabulary) {
  if (!in.given(key)) {
    in.complain(key, fmt::format("{} is missing, such as \"take_if_available\"", key));
    return "";
  }
  std::string operation = in.text(key);
  std::vector<std::string> known = vocabulary.operations;
  if (!in.sound(key) || known.empty()) return operation;
  known.insert(known.end(), {"redis", "postgres", "any"});
  if (std::find(known.begin(), known.end(), operation) == known.end()) {
    const std::string otherwise = fmt::format("; known are {}", fmt::join(known, ", "));
    in.refuse(key, fmt::format("unknown operation{}", did_you_mean(operation, known, otherwise)));
  }
  return operation;
}

// What belongs to another kind is not asked for, and so refused as without effect.
void read_times(Reader& in, const std::string& prefix, Trouble& trouble) {
  const bool loss = trouble.kind == Kind::lose_request || trouble.kind == Kind::lose_reply;
  const bool delay = trouble.kind == Kind::delay;
  if (!loss && in.word(prefix + "at") == "after") trouble.when = Trouble::When::after;
  if (delay) trouble.jitter = in.duration(prefix + "jitter");
  if (in.given(prefix + "time")) {
    if (loss || delay) trouble.time = in.duration(prefix + "time");
  } else if (delay) {
    in.complain(prefix + "time", fmt::format("{}time is missing: how long the delay is", prefix));
  } else if (loss) {
    trouble.time = kPatience;
  }
}

}  // namespace

std::vector<Trouble> read_troubles(Reader& in, const Vocabulary& vocabulary) {
  std::vector<Trouble> troubles;
  for (int i = 1; i <= in.size_of_list("trouble"); ++i) {
    const std::string prefix = fmt::format("trouble[{}].", i);
    Trouble trouble;
    trouble.operation = read_operation(in, prefix + "operation", vocabulary);
    trouble.share = in.number(prefix + "share");
    trouble.strategies = in.names(prefix + "strategies");
    for (const std::string& name : trouble.strategies) {
      check_strategy(in, prefix + "strategies", name, vocabulary);
    }
    trouble.kind = kind_of(in.word(prefix + "kind"));
    if (in.sound(prefix + "kind")) {
      read_times(in, prefix, trouble);
    } else {  // without the kind nobody can say which of the others have an effect
      for (const char* key : {"at", "time", "jitter"}) in.ignore_under(prefix + key);
    }
    troubles.push_back(std::move(trouble));
  }
  return troubles;
}

}  // namespace doorbuster
