// The Lua scripts of scripts/*.lua, embedded at build time, and the SHA-1 names that the server
// gave them. Text is immutable and for any thread; the names belong to one shard.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

namespace doorbuster {

enum class Script : unsigned char {
  lease_get,
  lease_set,
  fill_if_newer,
  acquire_lock,
  release_lock,
  load_gate,
  reserve,
  settle_reservation,
  release_reservation,
  next_overdue,
  get_aging,
  claim_order,
  count_units,
  uncount_units,
  read_gate,
  read_queue,
  finish_queued,
};
inline constexpr std::size_t kScripts = 17;

std::string_view text_of(Script script);

// As SCRIPT LOAD answered: 40 hex digits each, empty before. The same text has the same name on
// every server, so a name once known stays true.
using ScriptNames = std::array<std::string, kScripts>;

}  // namespace doorbuster
