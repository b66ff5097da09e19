// Any bytes as a server's answer to any statement, in portions of any size: messages, a reply, or
// that it makes no sense. The first bytes are the statement and the size of the portions.
#include <algorithm>
#include <cstring>
#include <string_view>

#include "postgres/wire.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  using namespace doorbuster::postgres;
  if (size < 2) return 0;
  const std::size_t index = data[0] % kStatements;
  const std::size_t portion = 1 + data[1];
  std::string_view bytes(reinterpret_cast<const char*>(data) + 2, size - 2);
  wire::Incoming incoming;
  Answer answer;
  while (!bytes.empty()) {
    char* room = incoming.room();
    const std::size_t taken = std::min({portion, incoming.room_size(), bytes.size()});
    std::memcpy(room, bytes.data(), taken);
    incoming.filled(taken);
    bytes.remove_prefix(taken);
    while (const auto message = incoming.next()) {
      if (message->type == 'E') (void)wire::complaint_in(message->body);
      if (message->type == 'D' && !wire::add_row(answer, message->body)) return 0;
      if (message->type != 'C') continue;
      if (wire::end_of_command(answer, message->body)) (void)read_reply(index, answer);
      answer = {};
    }
  }
  return 0;
}
