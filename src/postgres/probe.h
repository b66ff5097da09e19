// Asks a PostgreSQL server in, and leaves: for the clear sentence when it does not answer, since
// libpqxx keeps no SQLSTATE of a refusal. Blocks for up to `within`; internal to postgres/.
#pragma once

#include <string>

#include "base/result.h"
#include "base/time.h"

namespace doorbuster::postgres {

// Errors: connect_error() and connect_timed_out() of errors.h. `shown` has no password.
Result<Done> probe(const std::string& url, const std::string& shown, Duration within);

}  // namespace doorbuster::postgres
