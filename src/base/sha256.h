// SHA-256 of bytes, as 64 lower-case hex digits: the name of a file's content in a result. Pure;
// any thread. Not for secrets. Source: FIPS 180-4.
#pragma once

#include <string>
#include <string_view>

namespace doorbuster {

std::string sha256(std::string_view bytes);

}  // namespace doorbuster
