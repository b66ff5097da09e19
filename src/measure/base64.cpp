#include "measure/base64.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace doorbuster {
namespace {

constexpr std::string_view kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr unsigned char kNone = 0xff;

constexpr auto kValues = [] {
  std::array<unsigned char, 256> values{};
  values.fill(kNone);
  for (std::size_t i = 0; i < kAlphabet.size(); ++i) {
    values[static_cast<unsigned char>(kAlphabet[i])] = static_cast<unsigned char>(i);
  }
  return values;
}();

}  // namespace

std::string to_base64(std::span<const unsigned char> bytes) {
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (; !bytes.empty(); bytes = bytes.subspan(std::min<std::size_t>(3, bytes.size()))) {
    std::uint32_t group = std::uint32_t{bytes[0]} << 16;
    if (bytes.size() > 1) group |= std::uint32_t{bytes[1]} << 8;
    if (bytes.size() > 2) group |= bytes[2];
    text += kAlphabet[group >> 18];
    text += kAlphabet[(group >> 12) & 63];
    text += bytes.size() > 1 ? kAlphabet[(group >> 6) & 63] : '=';
    text += bytes.size() > 2 ? kAlphabet[group & 63] : '=';
  }
  return text;
}

std::optional<std::vector<unsigned char>> from_base64(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  const std::size_t padding = text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0;
  std::vector<unsigned char> bytes;
  bytes.reserve(text.size() / 4 * 3);
  std::uint32_t bits = 0;
  int held = 0;
  for (const char c : text.substr(0, text.size() - padding)) {
    const unsigned char value = kValues[static_cast<unsigned char>(c)];
    if (value == kNone) return std::nullopt;
    bits = (bits << 6) | value;
    held += 6;
    if (held < 8) continue;
    held -= 8;
    bytes.push_back(static_cast<unsigned char>(bits >> held));
  }
  const bool nothing_left_over = (bits & ((1U << held) - 1)) == 0;
  return nothing_left_over ? std::optional(std::move(bytes)) : std::nullopt;
}

}  // namespace doorbuster
