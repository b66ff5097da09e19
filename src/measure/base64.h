// Base64 with the usual alphabet and padding (RFC 4648, section 4). Any thread.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace doorbuster {

std::string to_base64(std::span<const unsigned char> bytes);

// Empty unless the text is exactly what to_base64() writes for some bytes.
std::optional<std::vector<unsigned char>> from_base64(std::string_view text);

}  // namespace doorbuster
