// The words of this build: its strategies with their options, its invariants and its metrics.
#pragma once

#include "scenario/vocabulary.h"

namespace doorbuster {

Vocabulary vocabulary();

}  // namespace doorbuster
