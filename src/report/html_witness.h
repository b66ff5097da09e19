// A witness as a picture in SVG that stands in a page: the operations as bars over time, those that
// cannot both be marked, and the changes of stock between them in the database's order. Needs no
// script. Pure.
#pragma once

#include <string>

#include "results/surroundings_result.h"

namespace doorbuster {

std::string witness_picture(const SurroundingsResult& surroundings);

}  // namespace doorbuster
