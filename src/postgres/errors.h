// What PostgreSQL's errors mean to a buyer: definite or not, and one sentence a person can act on.
// Pure; internal to postgres/. Sentences are one line and never hold a password: of a server's
// error only the primary message is told.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "store/cache_operations.h"

namespace doorbuster::postgres {

// An error that the server answered a statement with. An end of the session (severity FATAL or
// PANIC, classes 08 and 57P) is Cause::connection_lost, and then indefinite for a write, since it
// may have come after the commit; every other error is definite.
Error statement_error(std::string_view sqlstate, std::string_view severity,
                      std::string_view message, Access access);

// True for the errors after which the session is gone.
bool ends_the_session(std::string_view sqlstate, std::string_view severity);

// Why nobody lets us in at `shown` (an address without a password), from what libpq says with
// PQERRORS_VERBOSE. The error's code is the SQLSTATE where the server sent one.
Error connect_error(std::string_view shown, std::string_view libpq_message);
Error connect_timed_out(std::string_view shown, double seconds);

// The text in one line, its ends trimmed.
std::string one_line(std::string_view text);

}  // namespace doorbuster::postgres
