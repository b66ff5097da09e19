// CHECK(condition, ...): a bug of ours ends the program with the place and a sentence. Active in
// every build type. Never for input, never for what a server or a user can cause: those are
// Results.
#pragma once

#include <fmt/format.h>

#include <string_view>

namespace doorbuster {

[[noreturn]] void check_failed(const char* file, int line, const char* condition,
                               std::string_view message);

}  // namespace doorbuster

#define CHECK(condition, ...)                                               \
  ((condition) ? static_cast<void>(0)                                       \
               : ::doorbuster::check_failed(__FILE__, __LINE__, #condition, \
                                            ::fmt::format("" __VA_ARGS__)))
