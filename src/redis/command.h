// The cache's operations in Redis's words: each is appended to a buffer as one command, and its
// reply is read back as the operation's own. Sans I/O: tested with no server. Keys are
// "doorbuster:<family>:<item>", and for the companions of a lock or a gate
// "doorbuster:<family>:<item>:<what>". Any thread.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "redis/reply.h"
#include "redis/scripts.h"
#include "store/cache_operations.h"

namespace doorbuster {

inline constexpr std::string_view kKeyPrefix = "doorbuster:";

std::string key_text(Key key);

// Appends a command as an array of bulk strings.
void append_command(std::string& out, std::initializer_list<std::string_view> words);
void append_command(std::string& out, const std::vector<std::string>& words);

// REQUIRES: an operation that is a script has its name in `names`.
void append_operation(std::string& out, const CacheOperation& operation, const ScriptNames& names);

// Reads the reply to the operation it was asked for. An error reply is Cause::refused_by_server
// with its first word as the code and surely changed nothing; a reply of another form is
// Cause::protocol, and indefinite for an operation that writes.
using Decode = Result<CacheReply> (*)(const Reply&);
Decode decoder_of(const CacheOperation& operation);

// The Error that an error reply is.
Error refusal(const Reply& reply);

}  // namespace doorbuster
