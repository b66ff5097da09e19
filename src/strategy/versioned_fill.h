// The copy with the row's version, as strategies keep it that write it on every sale: how pages
// read and fill it (page_fill.h), and the options that this takes.
#pragma once

#include <memory>
#include <vector>

#include "strategy/page_fill.h"

namespace doorbuster {

inline Key versioned_key(ItemId item) { return {KeyFamily::versioned, item}; }

// ttl, ttl_jitter, negative_cache.
std::vector<OptionWord> versioned_fill_options();

// REQUIRES: options with those of versioned_fill_options().
std::unique_ptr<PageFill> versioned_fill(Stores stores, const Options& options);

}  // namespace doorbuster
