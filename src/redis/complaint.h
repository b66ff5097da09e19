// What a refusal says about the server itself, whatever was asked of it, and what to do.
#pragma once

#include <string_view>

namespace doorbuster {

// The rest of a sentence that begins with the server, such as "is a read-only replica (READONLY):
// name its primary". Empty for a word that says nothing but of the command. Any thread.
std::string_view complaint_of_redis(std::string_view word);

}  // namespace doorbuster
