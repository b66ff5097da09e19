// Numbers as the bytes of a history file, whatever the machine: little-endian, as wide as the type.
// A Put appends to room that its caller has made; a Take reads from bytes that its caller has
// counted.
#pragma once

#include <bit>
#include <cstring>
#include <type_traits>

namespace doorbuster {

template <class Number>
Number as_little_endian(Number number) {
  static_assert(std::is_integral_v<Number>);
  if constexpr (std::endian::native == std::endian::big && sizeof(Number) > 1) {
    char bytes[sizeof(Number)];
    std::memcpy(bytes, &number, sizeof(Number));
    for (std::size_t i = 0; i < sizeof(Number) / 2; ++i) {
      std::swap(bytes[i], bytes[sizeof(Number) - 1 - i]);
    }
    std::memcpy(&number, bytes, sizeof(Number));
  }
  return number;
}

template <class Number>
void put_number(char*& at, Number number) {
  number = as_little_endian(number);
  std::memcpy(at, &number, sizeof(Number));
  at += sizeof(Number);
}

template <class Number>
Number take_number(const char*& at) {
  Number number{};
  std::memcpy(&number, at, sizeof(Number));
  at += sizeof(Number);
  return as_little_endian(number);
}

}  // namespace doorbuster
