// The operations around a violation as a picture in text of 80 columns: a line an operation, those
// of the violation marked with "*", each with a bar from its start to its end; below them the
// changes of stock between. Pure.
#pragma once

#include <string>

#include "results/result.h"

namespace doorbuster {

std::string audit_timeline(const SurroundingsResult& surroundings);

}  // namespace doorbuster
