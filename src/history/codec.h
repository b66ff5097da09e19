// What the payloads of a history file's blocks are: records of one kind, each of a fixed length,
// field after field. Decoding takes nothing on trust: a payload whose length is not that of its
// records, or a value that no writer can have written, is an error. Pure; any thread.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "history/gate_rows.h"
#include "history/judged_history.h"

namespace doorbuster {

// Appends the records to `payload`.
template <class Record>
void encode(std::span<const Record> records, std::string& payload);

// Replaces `records` by the payload's; false: it is not `count` of them.
template <class Record>
bool decode(std::string_view payload, std::size_t count, std::vector<Record>& records);

// The bytes of one record.
template <class Record>
std::size_t encoded_size();

// What a file says about itself: names and values as text. A reader ignores names that it does not
// know, so that later ones can say more.
using HistoryFacts = std::map<std::string, std::string, std::less<>>;
void encode(const HistoryFacts& facts, std::string& payload);
std::optional<HistoryFacts> decode_facts(std::string_view payload, std::size_t count);

}  // namespace doorbuster
