// The frame of a history file: a mark and the format's version, then blocks. A block says what it
// holds, its place in the file and its length, and carries a checksum of its head and one of its
// payload, so that a file which ends anywhere, or holds one wrong bit, is read up to its last whole
// block. What the payloads are: codec.h. All numbers are little-endian. Pure; any thread. The
// layout, byte by byte: README.md.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"

namespace doorbuster {

inline constexpr std::uint32_t kHistoryVersion = 2;
inline constexpr std::size_t kPrologueBytes = 16;
inline constexpr std::size_t kBlockHeadBytes = 48;
inline constexpr std::size_t kMostPayload = 1 << 20;  // bytes; a longer one is damage

// Their numbers are the file's: never renumber, only append.
enum class BlockKind : std::uint16_t {
  about = 1,       // whose history this is: the first block, and only there
  operations = 2,  // of one shard, in the order in which they ended
  items = 3,       // the ground truth, after all operations
  orders = 4,
  changes = 5,       // the stock log
  gates = 6,         // of items that are counted out at one
  reservations = 7,  // that were pending there
  end = 8,           // the last block: what was left out, and how many records there are
  gate_changes = 9,  // the gate log; from version 2 on
};
inline constexpr std::uint16_t kLastBlockKind = 9;

struct BlockHead {
  std::uint32_t sequence = 0;  // 0, 1, 2 ... in the file
  BlockKind kind = BlockKind::about;
  std::uint16_t shard = 0;
  std::uint32_t records = 0;
  std::uint32_t payload_bytes = 0;
  Instant first{};  // of operations: when the earliest and the latest of the block started
  Instant last{};
  std::uint32_t payload_checksum = 0;
};

std::string prologue();
// The version of the format. An error: no history, or one that only a later version reads. `bytes`
// are the file's first kPrologueBytes, or all it has.
Result<std::uint32_t> check_prologue(std::string_view bytes);

// Writes the head of a block over the first kBlockHeadBytes of `block`; the rest is its payload,
// whose length and checksum it fills in. REQUIRES: block.size() - kBlockHeadBytes <= kMostPayload
void seal_block(BlockHead head, std::string& block);

// The head at the front of `bytes`, or what is wrong with it, as "the head of ... is damaged".
// REQUIRES: bytes.size() >= kBlockHeadBytes
Result<BlockHead> read_block_head(std::string_view bytes, std::uint32_t sequence);
bool sound_payload(const BlockHead& head, std::string_view payload);

}  // namespace doorbuster
