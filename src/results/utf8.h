// Text as JSON wants it: what is no UTF-8 (RFC 3629: no overlong forms, no surrogates) becomes
// U+FFFD, byte by byte; all else stays. Names of files and answers of servers may hold any bytes.
#pragma once

#include <string>
#include <string_view>

namespace doorbuster {

std::string valid_utf8(std::string_view text);

}  // namespace doorbuster
