// A result as one page that needs nothing else: no network, no file beside it. Its tables and
// pictures stand without script; the charts are Chart.js's, which is in the page. A policy in the
// page forbids every script and style but its own, by their digests, and anything loaded. Pure.
#pragma once

#include <string>

#include "results/result.h"

namespace doorbuster {

std::string html_report(const RunResult& result);

// What the page shows, without style, script and charts' data.
std::string html_body(const RunResult& result);

}  // namespace doorbuster
