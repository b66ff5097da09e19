// Numbers as the bytes of a history file, whatever the machine: little-endian, as wide as the type.
// A Put appends to room that its caller has made; a Take reads from bytes that its caller has
// counted.
#pragma once

#include <boost/endian/conversion.hpp>
#include <cstring>
#include <type_traits>

namespace doorbuster {

template <class Number>
void put_number(char*& at, Number number) {
  static_assert(std::is_integral_v<Number>);
  boost::endian::native_to_little_inplace(number);
  std::memcpy(at, &number, sizeof(Number));
  at += sizeof(Number);
}

template <class Number>
Number take_number(const char*& at) {
  static_assert(std::is_integral_v<Number>);
  Number number{};
  std::memcpy(&number, at, sizeof(Number));
  at += sizeof(Number);
  return boost::endian::little_to_native(number);
}

}  // namespace doorbuster
