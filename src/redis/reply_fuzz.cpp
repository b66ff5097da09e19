// Any bytes: replies or an end in an error, the same ones wherever the bytes are split.
#include <algorithm>
#include <string>
#include <string_view>

#include "base/check.h"
#include "redis/reply.h"

namespace doorbuster {
namespace {

// Every reply with all its leaves; "broken" where they are no protocol.
std::string read_all(std::string_view bytes, std::size_t portion) {
  ReplyReader reader;
  std::string all;
  while (!bytes.empty()) {
    const std::string_view part = bytes.substr(0, portion);
    bytes.remove_prefix(part.size());
    reader.feed(part.data(), part.size());
    for (;;) {
      const auto next = reader.next();
      if (!next) {
        CHECK(!reader.next(), "an error that does not stay");
        return all + "broken";
      }
      if (*next == nullptr) break;
      const Reply& reply = **next;
      all += static_cast<char>('a' + static_cast<int>(reply.kind()));
      all += reply.error_word();
      for (std::size_t leaf = 0; leaf < reply.leaves(); ++leaf) {
        const auto number = reply.integer(leaf);
        all += reply.is_nil(leaf) ? "nil" : number ? std::to_string(*number) : reply.text(leaf);
        all += '\n';
      }
    }
  }
  return all;
}

}  // namespace
}  // namespace doorbuster

// The first byte is the length of the portions.
extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  using namespace doorbuster;
  if (size < 2) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const std::string whole = read_all(bytes, bytes.size());
  const std::string split = read_all(bytes, std::max<std::size_t>(data[0] % 32, 1));
  CHECK(whole == split, "{}\nbecame\n{}", whole, split);
  return 0;
}
