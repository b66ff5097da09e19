// A scenario back as the file that would give it, with every default written out. Pure.
#pragma once

#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "scenario/scenario.h"

namespace doorbuster {

// A value in the types that any writer knows: a duration is text, "1.5s".
using PlainValue = std::variant<bool, std::int64_t, double, std::string>;
PlainValue plain_value(const OptionValue& value);
// As a file has it: text in quotes.
std::string literal(const OptionValue& value);

using ResolvedKey = std::pair<std::string, OptionValue>;

// Every key that has an effect, in the order of the key table; elements of lists count from 1
// ("load.stage[1].rate", "strategies[1]"). Products that differ from the rest stand alone.
std::vector<ResolvedKey> resolved_values(const Scenario& scenario);

// The same as TOML, which parse_scenario reads back to the same scenario.
std::string to_toml(const Scenario& scenario);

}  // namespace doorbuster
