// What `doorbuster check` found, for people and for CI: a terminal, the summary of a CI job in
// Markdown, JUnit's XML. Words from outside are made harmless. Pure.
#pragma once

#include <string>

#include "report/terminal.h"
#include "results/check.h"

namespace doorbuster {

std::string terminal_check(const CheckResult& check, const TerminalStyle& style = {});
std::string markdown_check(const CheckResult& check);
std::string junit_check(const CheckResult& check);

}  // namespace doorbuster
