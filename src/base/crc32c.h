// CRC-32C of bytes: whether a block of a file is what was written. Finds every burst of up to 32
// changed bits, so every flipped one. Pure; any thread. Not against intent. The Castagnoli
// polynomial, because x86 has an instruction for it; elsewhere tables do. Source: RFC 3720,
// appendix B.4; the tables' way: Kounavis and Berry, "Novel Table Lookup-Based Algorithms", 2008.
#pragma once

#include <cstdint>
#include <string_view>

namespace doorbuster {

std::uint32_t crc32c(std::string_view bytes);

// The same by the tables alone, on every machine.
std::uint32_t crc32c_by_tables(std::string_view bytes);

}  // namespace doorbuster
