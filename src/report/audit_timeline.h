// The operations around a violation as a picture in text of 80 columns: a line an operation, those
// of the violation marked with "*", each with a bar from its start to its end; below them the
// changes of stock between. Never more than a screen, whatever the length of the history.
#pragma once

#include <string>

#include "audit/properties.h"

namespace doorbuster {

std::string audit_timeline(const JudgedHistory& history, const Violation& violation);

}  // namespace doorbuster
