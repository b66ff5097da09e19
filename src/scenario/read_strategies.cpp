#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/result.h"
#include "scenario/describe.h"
#include "scenario/nearest.h"
#include "scenario/sections.h"
#include "scenario/units.h"

namespace doorbuster {
namespace {

const StrategyWord* find_strategy(const Vocabulary& vocabulary, std::string_view name) {
  for (const StrategyWord& strategy : vocabulary.strategies) {
    if (strategy.name == name) return &strategy;
  }
  return nullptr;
}

// The names that stand directly under a table: "a" of "strategy.a.ttl" and of "[strategy.a]".
std::vector<std::string> names_under(const Reader& in, const std::string& table) {
  std::set<std::string> names;
  const auto add = [&](const auto& entries) {
    for (auto at = entries.lower_bound(table + "."); at != entries.end(); ++at) {
      if (!at->first.starts_with(table + ".")) break;
      const std::string rest = at->first.substr(table.size() + 1);
      names.insert(rest.substr(0, rest.find('.')));
    }
  };
  add(in.document().values);
  add(in.document().tables);
  return {names.begin(), names.end()};
}

template <class T>
T least_of(const OptionWord& option) {
  return option.least ? std::get<T>(*option.least) : T{};
}

// The value of an option as its standard is typed, or a sentence.
Result<OptionValue> typed_option(const Value& value, const OptionWord& option) {
  const auto* whole = std::get_if<std::int64_t>(&value.held);
  const auto* text = std::get_if<std::string>(&value.held);
  if (std::holds_alternative<bool>(option.standard)) {
    if (const auto* flag = std::get_if<bool>(&value.held)) return OptionValue(*flag);
    return invalid("true or false is needed");
  }
  if (std::holds_alternative<std::int64_t>(option.standard)) {
    if (whole == nullptr) return invalid("a whole number is needed");
    const auto least = least_of<std::int64_t>(option);
    if (*whole < least) return invalid(fmt::format("at least {} is needed", least));
    return OptionValue(*whole);
  }
  if (std::holds_alternative<double>(option.standard)) {
    const auto* real = std::get_if<double>(&value.held);
    if (whole == nullptr && real == nullptr) return invalid("a number is needed");
    const double number = whole != nullptr ? static_cast<double>(*whole) : *real;
    if (!(number >= 0 && number <= 1e18)) return invalid("a number of at least 0 is needed");
    return OptionValue(number);
  }
  if (std::holds_alternative<Duration>(option.standard)) {
    if (text == nullptr) return invalid(R"(a duration needs a unit, such as "10s")");
    const std::optional<Duration> duration = parse_duration(*text);
    if (!duration)
      return invalid("a duration is needed: a number and a unit of ns, us, ms, s, m or h");
    const auto least = least_of<Duration>(option);
    if (*duration < least || *duration > 24h) {
      return invalid(fmt::format("{} to 24h is possible", format_duration(least)));
    }
    return OptionValue(*duration);
  }
  if (text == nullptr) return invalid("a text in quotes is needed");
  const auto& possible = option.values;
  if (!possible.empty() && std::find(possible.begin(), possible.end(), *text) == possible.end()) {
    return invalid(fmt::format("one of {} is needed{}", fmt::join(possible, ", "),
                               did_you_mean(*text, possible)));
  }
  return OptionValue(*text);
}

const OptionValue& chosen(const StrategyWord& strategy, const Options& options,
                          const std::string& key) {
  const auto said = options.find(key);
  if (said != options.end()) return said->second;
  return std::ranges::find(strategy.options, key, &OptionWord::key)->standard;
}

// What makes an option one without effect; null: nothing.
const Idle* idle(const StrategyWord& strategy, const Options& options, const OptionWord& option) {
  for (const Idle& each : option.idle) {
    if (chosen(strategy, options, each.with) == each.value) return &each;
  }
  return nullptr;
}

// The standard changes nothing, so that a file may show all options there are.
void refuse_idle(Reader& in, const StrategyWord& strategy, const Options& options) {
  for (const OptionWord& option : strategy.options) {
    const std::string place = fmt::format("strategy.{}.{}", strategy.name, option.key);
    if (!in.given(place) || chosen(strategy, options, option.key) == option.standard) continue;
    if (const Idle* why = idle(strategy, options, option)) {
      in.refuse(place,
                fmt::format("it has no effect with {} = {}", why->with, literal(why->value)));
    }
  }
}

// What an option's value lets happen, alone or together with the others.
std::vector<Objection> objections_to(const StrategyWord& strategy, const Options& options,
                                     const Around& around) {
  std::vector<Objection> all;
  for (const OptionWord& option : strategy.options) {
    if (idle(strategy, options, option) != nullptr) continue;
    for (const UnsafeValue& value : option.unsafe) {
      if (chosen(strategy, options, option.key) == value.value) {
        all.push_back({option.key, value.anomaly});
      }
    }
  }
  if (strategy.objections)
    std::ranges::move(strategy.objections(options, around), std::back_inserter(all));
  return all;
}

bool is_of_buyers(const Objection& objection) { return objection.option.starts_with("buyers."); }

// Where an objection is told: a key of the buyers may stand in a kind's own table.
std::string place_of(const Reader& in, const StrategyWord& strategy, const Objection& objection) {
  if (!is_of_buyers(objection)) {
    return fmt::format("strategy.{}.{}", strategy.name, objection.option);
  }
  const std::string key = objection.option.substr(objection.option.find('.') + 1);
  for (int i = 1; i <= in.size_of_list("buyers.kind") && !in.given(objection.option); ++i) {
    const std::string of_kind = fmt::format("buyers.kind[{}].{}", i, key);
    if (in.given(of_kind)) return of_kind;
  }
  return objection.option;
}

std::string words_of(const StrategyWord& strategy, const Objection& objection) {
  if (!objection.possible) return objection.anomaly;
  if (is_of_buyers(objection)) {
    return fmt::format(
        "with {0} this lets happen: {1}; to run it all the same, say strategy.{0}.unsafe = true",
        strategy.name, objection.anomaly);
  }
  return fmt::format("this lets happen: {}; to run it all the same, say unsafe = true",
                     objection.anomaly);
}

// What the options allow, a sentence each; without unsafe = true each is refused.
std::vector<std::string> read_unsafe(Reader& in, const StrategyWord& strategy,
                                     const Options& options, const Around& around) {
  const std::string prefix = fmt::format("strategy.{}.", strategy.name);
  bool unsafe = false;
  if (in.given(prefix + "unsafe")) {
    const auto* flag = std::get_if<bool>(&in.at(prefix + "unsafe").held);
    if (flag == nullptr) in.refuse(prefix + "unsafe", "true or false is needed");
    in.ignore_under(prefix + "unsafe");
    unsafe = flag != nullptr && *flag;
  }
  std::vector<std::string> allows;
  std::vector<Objection> objections = objections_to(strategy, options, around);
  // What was refused by itself was not read.
  std::erase_if(objections, [&](const Objection& objection) {
    return !in.sound(place_of(in, strategy, objection));
  });
  for (const Objection& objection : objections) {
    if (objection.possible && unsafe) {
      allows.push_back(fmt::format("{} {} lets this happen: {}",
                                   is_of_buyers(objection) ? "with it" : "its", objection.option,
                                   objection.anomaly));
      continue;
    }
    const std::string place = place_of(in, strategy, objection);
    const std::string message = words_of(strategy, objection);
    if (in.given(place)) {
      in.refuse(place, message);
    } else {
      in.complain(place, fmt::format("{}: {}", place, message));
    }
  }
  return allows;
}

// What a strategy can be told, after the name of an option that it does not have.
std::string options_of(const StrategyWord& strategy) {
  constexpr std::string_view kCommon = "those of every strategy (`doorbuster list strategies`)";
  std::vector<std::string> own;
  bool common = false;
  for (const OptionWord& option : strategy.options) {
    if (!option.common) own.push_back(option.key);
    common = common || option.common;
  }
  if (own.empty()) {
    return common ? fmt::format("; it has only {}", kCommon) : "; it has no options";
  }
  const std::string names = fmt::format("; it has {}", fmt::join(own, ", "));
  return common ? fmt::format("{} and {}", names, kCommon) : names;
}

// The strategy's options, defaults filled in, and what they allow.
StrategyChoice read_choice(Reader& in, const StrategyWord& strategy, const Around& around) {
  StrategyChoice choice{strategy.name, strategy.is.empty() ? strategy.name : strategy.is, {}, {}};
  if (!in.sound(fmt::format("strategy.{}.is", strategy.name))) return choice;
  Options& options = choice.options;
  std::vector<std::string> known;
  const std::string prefix = fmt::format("strategy.{}.", strategy.name);
  for (const OptionWord& option : strategy.options) {
    known.push_back(option.key);
    if (!option.common) options[option.key] = option.standard;
    if (!in.given(prefix + option.key)) continue;
    in.ignore_under(prefix + option.key);
    Result<OptionValue> value = typed_option(in.at(prefix + option.key), option);
    if (!value.ok()) {
      in.refuse(prefix + option.key, value.error().message());
    } else if (!option.common || *value != option.standard) {
      options[option.key] = *value;
    }
  }
  for (const std::string& name : names_under(in, prefix.substr(0, prefix.size() - 1))) {
    if (std::ranges::find(known, name) != known.end() || name == "unsafe" || name == "is") continue;
    in.refuse(prefix + name, fmt::format("strategy {} has no such option{}", strategy.name,
                                         did_you_mean(name, known, options_of(strategy))));
  }
  refuse_idle(in, strategy, options);
  choice.allows = read_unsafe(in, strategy, options, around);
  return choice;
}

}  // namespace

Vocabulary with_given_names(Reader& in, const Vocabulary& vocabulary) {
  Vocabulary all = vocabulary;
  for (const std::string& name : names_under(in, "strategy")) {
    const std::string place = fmt::format("strategy.{}.is", name);
    if (!in.given(place)) continue;
    in.ignore_under(place);
    const auto* is = std::get_if<std::string>(&in.at(place).held);
    if (is == nullptr) {
      in.refuse(place, "a strategy's name in quotes is needed");
    } else if (find_strategy(vocabulary, name) != nullptr) {
      in.refuse(place, fmt::format("{} is a strategy of the catalogue; give this another name",
                                   printable(name)));
      continue;
    } else {
      check_strategy(in, place, *is, vocabulary);
    }
    // One that stands for nothing is a name too, so that this is told once.
    const StrategyWord* word = is == nullptr ? nullptr : find_strategy(vocabulary, *is);
    if (word == nullptr) in.ignore_under(fmt::format("strategy.{}.", name));
    StrategyWord given = word == nullptr ? StrategyWord{name, {}} : *word;
    given.name = name;
    given.is = word == nullptr ? name : *is;
    all.strategies.push_back(std::move(given));
  }
  return all;
}

bool check_strategy(Reader& in, const std::string& place, const std::string& name,
                    const Vocabulary& vocabulary) {
  if (find_strategy(vocabulary, name) != nullptr) return true;
  std::vector<std::string> known;
  for (const StrategyWord& strategy : vocabulary.strategies) known.push_back(strategy.name);
  const std::string message =
      fmt::format("unknown strategy {}{}", printable(name),
                  did_you_mean(name, known, "; `doorbuster list strategies` shows them"));
  if (in.given(place)) {
    in.refuse(place, message);
  } else {
    in.complain(place, fmt::format("{}: {}", place, message));
  }
  return false;
}

std::vector<StrategyChoice> read_strategies(Reader& in, const Vocabulary& vocabulary,
                                            const Around& around) {
  std::map<std::string, StrategyChoice> configured;
  for (const std::string& name : names_under(in, "strategy")) {
    const std::string place = "strategy." + name;
    if (check_strategy(in, place, name, vocabulary)) {
      configured[name] = read_choice(in, *find_strategy(vocabulary, name), around);
    } else {
      in.ignore_under(place + ".");
    }
  }
  std::vector<StrategyChoice> choices;
  const std::vector<std::string> names = in.names("strategies");
  if (names.empty() && in.sound("strategies")) {
    in.refuse("strategies", R"(name at least one, such as ["database-atomic"])");
  }
  for (const std::string& name : names) {
    const bool twice = std::any_of(choices.begin(), choices.end(),
                                   [&](const StrategyChoice& c) { return c.name == name; });
    if (twice) {
      in.refuse("strategies", fmt::format("{} stands there twice", name));
    } else if (check_strategy(in, "strategies", name, vocabulary)) {
      const auto found = configured.find(name);
      choices.push_back(found != configured.end()
                            ? found->second
                            : read_choice(in, *find_strategy(vocabulary, name), around));
    }
  }
  return choices;
}

std::vector<Expectation> read_expectations(Reader& in, const Vocabulary& vocabulary) {
  std::vector<Expectation> expectations;
  for (const std::string& name : names_under(in, "expect")) {
    const std::string place = "expect." + name;
    if (!check_strategy(in, place, name, vocabulary)) {
      in.ignore_under(place + ".");
      continue;
    }
    Expectation expectation{name, {}};
    if (in.given(place)) {
      if (in.word(place); !in.sound(place)) continue;
    }
    for (const std::string& invariant : names_under(in, place)) {
      const auto& known = vocabulary.invariants;
      const std::string key = fmt::format("{}.{}", place, invariant);
      if (std::find(known.begin(), known.end(), invariant) == known.end()) {
        in.refuse(key,
                  fmt::format("unknown invariant or property{}",
                              did_you_mean(invariant, known,
                                           fmt::format("; known are {}", fmt::join(known, ", ")))));
        continue;
      }
      const std::string word = in.word(key);
      expectation.invariants[invariant] = word == "broken"      ? Verdict::broken
                                          : word == "undecided" ? Verdict::undecided
                                                                : Verdict::holds;
    }
    expectations.push_back(std::move(expectation));
  }
  return expectations;
}

}  // namespace doorbuster
