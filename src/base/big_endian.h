// Integers in network byte order, as protocols and file formats have them. Any alignment.
#pragma once

#include <boost/endian/conversion.hpp>

namespace doorbuster {

// Writes `number` at `at`; answers where it ends. REQUIRES: room for it
template <class Number>
char* put_big_endian(char* at, Number number) {
  boost::endian::endian_store<Number, sizeof(Number), boost::endian::order::big>(
      reinterpret_cast<unsigned char*>(at), number);
  return at + sizeof(Number);
}

// REQUIRES: sizeof(Number) bytes at `at`
template <class Number>
Number big_endian_at(const void* at) {
  return boost::endian::endian_load<Number, sizeof(Number), boost::endian::order::big>(
      static_cast<const unsigned char*>(at));
}

}  // namespace doorbuster
