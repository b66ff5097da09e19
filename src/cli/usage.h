// What the program says of its own words: help that fits 80 columns, and of a call that it does not
// understand one sentence, with the nearest word and where to look.
#pragma once

#include <CLI/CLI.hpp>
#include <memory>
#include <optional>
#include <string>

namespace doorbuster {

std::shared_ptr<CLI::FormatterBase> help_formatter();

// What is wrong with words as such: one is empty, as of a shell variable that is not set.
std::optional<std::string> objection_to_words(int argc, const char* const* argv);

std::string usage_complaint(const CLI::App& app, const CLI::ParseError& error);

// For ->check(): a finite number in the range, said without the end of double's range.
CLI::Validator at_least_zero();
CLI::Validator above_zero();
// A whole number that a scenario's key can hold; without it -1 would be read as 2^64 - 1.
CLI::Validator whole_number();

}  // namespace doorbuster
