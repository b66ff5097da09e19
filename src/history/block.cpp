#include "history/block.h"

#include <fmt/format.h>

#include <array>

#include "base/crc32c.h"
#include "history/little_endian.h"

namespace doorbuster {
namespace {

// As PNG's: a byte that is no text, a name, and line ends that a transfer as text would change.
constexpr std::string_view kMagic{
    "\x89"
    "DBH\r\n\x1a\n",
    8};
constexpr std::uint32_t kByteOrder = 0x01020304;
constexpr std::uint32_t kOtherByteOrder = 0x04030201;
constexpr std::uint32_t kBlockMark = 0x4B4C4244;  // "DBLK"
constexpr std::size_t kSummed = kBlockHeadBytes - 4;

}  // namespace

std::string prologue() {
  std::string bytes(kPrologueBytes, '\0');
  kMagic.copy(bytes.data(), kMagic.size());
  char* at = bytes.data() + kMagic.size();
  put_number(at, kByteOrder);
  put_number(at, kHistoryVersion);
  return bytes;
}

Result<std::uint32_t> check_prologue(std::string_view bytes) {
  if (bytes.empty())
    return invalid("the file is empty: its run was killed before it wrote anything");
  if (!bytes.starts_with(kMagic.substr(0, bytes.size()))) {
    return invalid("this is no history of doorbuster: it does not begin as one");
  }
  if (bytes.size() < kPrologueBytes) {
    return invalid(
        fmt::format("the file ends after {} bytes, within its first words", bytes.size()));
  }
  const char* at = bytes.data() + kMagic.size();
  const auto order = take_number<std::uint32_t>(at);
  if (order == kOtherByteOrder) {
    return invalid("the numbers of this file are in the other byte order: no doorbuster wrote it");
  }
  const auto version = take_number<std::uint32_t>(at);
  if (order != kByteOrder || version == 0) return invalid("the first 16 bytes are damaged");
  if (version > kHistoryVersion) {
    return invalid(fmt::format(
        "the file has version {} of the format, and this doorbuster reads {}: use a newer one",
        version, kHistoryVersion));
  }
  return version;
}

void seal_block(BlockHead head, std::string& block) {
  const std::string_view payload = std::string_view(block).substr(kBlockHeadBytes);
  CHECK(payload.size() <= kMostPayload, "a block of {} bytes", payload.size());
  char* at = block.data();
  put_number(at, kBlockMark);
  put_number(at, head.sequence);
  put_number(at, static_cast<std::uint16_t>(head.kind));
  put_number(at, head.shard);
  put_number(at, head.records);
  put_number(at, static_cast<std::uint32_t>(payload.size()));
  put_number(at, crc32c(payload));
  put_number(at, since_start(head.first).count());
  put_number(at, since_start(head.last).count());
  put_number(at, std::uint32_t{0});  // room for what a later version needs
  put_number(at, crc32c(std::string_view(block).substr(0, kSummed)));
}

Result<BlockHead> read_block_head(std::string_view bytes, std::uint32_t sequence) {
  const char* at = bytes.data();
  const auto mark = take_number<std::uint32_t>(at);
  BlockHead head;
  head.sequence = take_number<std::uint32_t>(at);
  const auto kind = take_number<std::uint16_t>(at);
  head.kind = static_cast<BlockKind>(kind);
  head.shard = take_number<std::uint16_t>(at);
  head.records = take_number<std::uint32_t>(at);
  head.payload_bytes = take_number<std::uint32_t>(at);
  head.payload_checksum = take_number<std::uint32_t>(at);
  head.first = Instant(Duration(take_number<std::int64_t>(at)));
  head.last = Instant(Duration(take_number<std::int64_t>(at)));
  const auto reserved = take_number<std::uint32_t>(at);
  const auto checksum = take_number<std::uint32_t>(at);
  if (mark != kBlockMark || checksum != crc32c(bytes.substr(0, kSummed)) || reserved != 0 ||
      head.payload_bytes > kMostPayload) {
    return invalid("its head is damaged");
  }
  if (head.sequence != sequence) {
    return invalid(fmt::format("it says that it is block {}: blocks are missing or twice there",
                               head.sequence));
  }
  if (kind == 0 || kind > kLastBlockKind) {
    return invalid(fmt::format("it is of kind {}, which this doorbuster does not know", kind));
  }
  return head;
}

bool sound_payload(const BlockHead& head, std::string_view payload) {
  return payload.size() == head.payload_bytes && crc32c(payload) == head.payload_checksum;
}

}  // namespace doorbuster
