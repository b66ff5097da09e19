// What the writer and the reader of results must agree on beside the descriptions of the structs.
#pragma once

#include <array>
#include <boost/describe/members.hpp>
#include <boost/describe/modifiers.hpp>
#include <optional>

#include "results/result.h"

namespace doorbuster {

template <class T>
concept Described = boost::describe::has_describe_members<T>::value;

template <class T>
using Members = boost::describe::describe_members<T, boost::describe::mod_public>;

template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;

inline constexpr std::array<const char*, 9> kSeriesColumns = {
    "at_ms",      "arrived",    "sold",      "sold_out",  "views",
    "buy_p50_us", "buy_p99_us", "in_flight", "stock_left"};

}  // namespace doorbuster
