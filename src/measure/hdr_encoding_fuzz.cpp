// Any text, and any bytes in the wrapping that decode() unpacks, which chance would not find: a
// histogram or one sentence; what was read is written so that it is read as the same.
#include <zlib.h>

#include <string>
#include <string_view>
#include <vector>

#include "base/check.h"
#include "measure/base64.h"
#include "measure/hdr_encoding.h"

namespace doorbuster {
namespace {

using Bytes = std::vector<unsigned char>;

void put(Bytes& out, std::uint32_t value) {
  for (int shift = 24; shift >= 0; shift -= 8) {
    out.push_back(static_cast<unsigned char>(value >> shift));
  }
}

std::string wrapped(const Bytes& plain) {
  uLongf size = compressBound(plain.size());
  Bytes packed(size);
  CHECK(compress2(packed.data(), &size, plain.data(), plain.size(), 1) == Z_OK);
  packed.resize(size);
  Bytes whole;
  put(whole, 0x1c849314);
  put(whole, static_cast<std::uint32_t>(size));
  whole.insert(whole.end(), packed.begin(), packed.end());
  return to_base64(whole);
}

// These bytes as the counts behind a header that fits them.
Bytes with_header(const Bytes& counts) {
  Bytes plain;
  put(plain, 0x1c849313);
  put(plain, static_cast<std::uint32_t>(counts.size()));
  for (const std::uint32_t word : {0u, 3u, 0u, 1u, 0x3ffu, 0xffffffffu, 0x3ff00000u, 0u}) {
    put(plain, word);
  }
  plain.insert(plain.end(), counts.begin(), counts.end());
  return plain;
}

void judge(std::string_view text) {
  const auto read = decode(text);
  if (!read) {
    CHECK(!read.error().message().empty(), "refused without a word");
    return;
  }
  (void)read->percentile(99.9);
  (void)read->mean();
  const auto again = decode(encode(*read));
  CHECK(again.ok() && *again == *read, "a histogram that is read as another one");
}

}  // namespace
}  // namespace doorbuster

// The first byte says how much of the wrapping is ours.
extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  using namespace doorbuster;
  if (size == 0) return 0;
  const Bytes rest(data + 1, data + size);
  switch (data[0] % 3) {
    case 0:
      judge({reinterpret_cast<const char*>(rest.data()), rest.size()});
      break;
    case 1:
      judge(wrapped(rest));
      break;
    default:
      judge(wrapped(with_header(rest)));
  }
  return 0;
}
