// Any reply to any operation: what it means, or an error that says that it makes no sense. The
// first byte is the operation.
#include <array>
#include <string_view>
#include <utility>
#include <variant>

#include "base/check.h"
#include "redis/command.h"
#include "redis/reply.h"

namespace doorbuster {
namespace {

template <std::size_t... kIndex>
auto decoders_of_all(std::index_sequence<kIndex...>) {
  return std::array{
      decoder_of(CacheOperation(std::variant_alternative_t<kIndex, CacheOperation>{}))...};
}

}  // namespace
}  // namespace doorbuster

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  using namespace doorbuster;
  static const auto decoders =
      decoders_of_all(std::make_index_sequence<std::variant_size_v<CacheOperation>>());
  if (size < 2) return 0;
  const Decode decode = decoders[data[0] % decoders.size()];
  ReplyReader reader;
  reader.feed(reinterpret_cast<const char*>(data) + 1, size - 1);
  for (auto next = reader.next(); next && *next != nullptr; next = reader.next()) {
    const auto meaning = decode(**next);
    const bool refused = (*next)->is(Reply::Kind::error);
    CHECK(!(refused && meaning), "an error that was taken for an answer");
    CHECK(meaning ||
          meaning.error().cause() == (refused ? Cause::refused_by_server : Cause::protocol));
  }
  return 0;
}
