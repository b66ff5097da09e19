// What a refusal says about the server itself, whatever was asked of it, and what to do.
#pragma once

#include <string_view>

namespace doorbuster {

// The rest of a sentence that begins with the server, such as "has a full disk (53100): make room
// there". Empty for an error of the statement alone. Any thread.
std::string_view complaint_of_postgres(std::string_view sqlstate);

}  // namespace doorbuster
