// The key table's rows that stand in a file of their own. Inside this room only.
#pragma once

#include "scenario/keys.h"

namespace doorbuster {

constexpr double kDay = 86'400;  // seconds

std::span<const KeyRow> buyer_keys();
std::span<const KeyRow> judging_keys();

}  // namespace doorbuster
