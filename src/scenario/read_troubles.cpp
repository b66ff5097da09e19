#include <fmt/format.h>

#include <algorithm>

#include "scenario/nearest.h"
#include "scenario/sections.h"

namespace doorbuster {
namespace {

constexpr Duration kPatience = 100ms;  // of a client whose request or reply was lost

Trouble::Kind kind_of(std::string_view word) {
  if (word == "lose_request") return Trouble::Kind::lose_request;
  if (word == "lose_reply") return Trouble::Kind::lose_reply;
  if (word == "cut") return Trouble::Kind::cut;
  if (word == "die") return Trouble::Kind::die;
  return Trouble::Kind::delay;
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
void read_times(Reader& in, const std::string& prefix, const std::string& when, Trouble& trouble) {
  const bool loss =
      trouble.kind == Trouble::Kind::lose_request || trouble.kind == Trouble::Kind::lose_reply;
  const bool delay = trouble.kind == Trouble::Kind::delay;
  if (!loss && in.word(prefix + when) == "after") trouble.when = Trouble::When::after;
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

std::vector<std::string> read_struck(Reader& in, const std::string& prefix,
                                     const Vocabulary& vocabulary) {
  std::vector<std::string> strategies = in.names(prefix + "strategies");
  for (const std::string& name : strategies) {
    check_strategy(in, prefix + "strategies", name, vocabulary);
  }
  return strategies;
}

Trouble read_strike(Reader& in, const std::string& prefix, const std::string& when,
                    std::string_view kind, const Vocabulary& vocabulary) {
  Trouble trouble;
  trouble.operation = read_operation(in, prefix + "operation", vocabulary);
  trouble.share = in.number(prefix + "share");
  trouble.kind = kind_of(kind);
  if (in.sound(prefix + "kind")) {
    read_times(in, prefix, when, trouble);
  } else {  // without the kind nobody can say which of the others have an effect
    for (const std::string& key : {when, std::string("time"), std::string("jitter")}) {
      in.ignore_under(prefix + key);
    }
  }
  return trouble;
}

std::vector<Trouble> read_troubles(Reader& in, const Vocabulary& vocabulary) {
  std::vector<Trouble> troubles;
  for (int i = 1; i <= in.size_of_list("trouble"); ++i) {
    const std::string prefix = fmt::format("trouble[{}].", i);
    const std::string kind = in.word(prefix + "kind");
    troubles.push_back(read_strike(in, prefix, "at", kind, vocabulary));
    troubles.back().strategies = read_struck(in, prefix, vocabulary);
  }
  return troubles;
}

}  // namespace doorbuster
