#include "cli/usage.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <cstdint>
#include <sstream>
#include <string_view>
#include <vector>

#include "report/escape.h"
#include "scenario/nearest.h"

namespace doorbuster {
namespace {

constexpr std::size_t kHelpColumns = 78;  // of 80: a group of options is set in by two
constexpr std::size_t kHelpIndent = 24;

class HelpFormatter final : public CLI::Formatter {
 public:
  HelpFormatter() { column_width(kHelpIndent); }

  std::string make_option_desc(const CLI::Option* option) const override {
    return wrapped(CLI::Formatter::make_option_desc(option), kHelpColumns - get_column_width(), 0);
  }

  std::string make_subcommand(const CLI::App* command) const override {
    std::ostringstream out;
    CLI::detail::format_help(
        out, command->get_name(),
        wrapped(command->get_description(), kHelpColumns - get_column_width(), 0), kHelpIndent);
    return out.str();
  }
};

std::vector<std::string> words_of(const CLI::App& command) {
  std::vector<std::string> words;
  for (const CLI::Option* option : command.get_options()) {
    for (const std::string& name : option->get_lnames()) words.push_back("--" + name);
  }
  const auto any = [](const CLI::App*) { return true; };
  for (const CLI::App* each : command.get_subcommands(any)) words.push_back(each->get_name());
  return words;
}

CLI::Validator number_that(bool (*fits)(double), std::string_view range) {
  return {[fits, range](std::string& text) {
            double number = 0;
            const bool good = CLI::detail::lexical_cast(text, number) && std::isfinite(number);
            return good && fits(number) ? std::string()
                                        : fmt::format("{:.40} is not a number {}", text, range);
          },
          ""};
}

}  // namespace

std::shared_ptr<CLI::FormatterBase> help_formatter() { return std::make_shared<HelpFormatter>(); }

std::optional<std::string> objection_to_words(int argc, const char* const* argv) {
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    if (!word.empty() && !(word.starts_with("--") && word.find('=') == word.size() - 1)) continue;
    const std::string_view before = word.empty() ? argv[i - 1] : word;
    return fmt::format("an empty word{}: leave it out, or give it a value",
                       i == 1 && word.empty() ? "" : fmt::format(" after {:.80}", before));
  }
  return std::nullopt;
}

std::string usage_complaint(const CLI::App& app, const CLI::ParseError& error) {
  const CLI::App* command = &app;
  std::string name = "doorbuster";
  while (!command->get_subcommands().empty()) {
    command = command->get_subcommands().front();
    name += " " + command->get_name();
  }
  std::string near;
  if (dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr) {
    const std::vector<std::string> unknown = app.remaining(true);
    if (!unknown.empty()) near = did_you_mean(unknown.front(), words_of(*command));
  }
  return fmt::format("{}{}{} `{} --help` shows what there is", error.what(), near,
                     near.empty() ? ";" : "", name);
}

CLI::Validator at_least_zero() {
  return number_that([](double number) { return number >= 0; }, "of at least 0");
}

CLI::Validator above_zero() {
  return number_that([](double number) { return number > 0; }, "above 0");
}

CLI::Validator whole_number() {
  return {[](std::string& text) {
            std::int64_t number = -1;
            const char* end = text.data() + text.size();
            const auto read = std::from_chars(text.data(), end, number);
            const bool good = read.ec == std::errc() && read.ptr == end && number >= 0;
            return good ? std::string()
                        : fmt::format("{:.40} is not a whole number from 0 to 2^63 - 1", text);
          },
          ""};
}

}  // namespace doorbuster
