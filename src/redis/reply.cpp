#include "redis/reply.h"

#include <fmt/format.h>
#include <hiredis/read.h>

#include <charconv>

namespace doorbuster {

std::optional<std::int64_t> Reply::integer(std::size_t leaf) const {
  const Leaf& it = leaves_[leaf];
  if (it.kind == Kind::integer) return it.integer;
  const std::string_view digits = text(leaf);
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
  return number;
}

std::string_view Reply::text(std::size_t leaf) const {
  return std::string_view(characters_).substr(leaves_[leaf].begin, leaves_[leaf].size);
}

std::string_view Reply::error_word() const {
  if (kind_ != Kind::error) return {};
  const std::string_view all = text();
  return all.substr(0, all.find(' '));
}

void Reply::begin(Kind kind) {
  kind_ = kind;
  leaves_.clear();
  characters_.clear();
}

// What hiredis calls for each element. It wants a pointer for each; only that it is not null
// counts.
struct ReplyReader::Functions {
  static Reply& begin(const redisReadTask* task, Reply::Kind kind) {
    auto& reply = *static_cast<Reply*>(task->privdata);
    if (task->parent == nullptr) reply.begin(kind);
    return reply;
  }

  static void* string(const redisReadTask* task, char* text, std::size_t size) {
    const Reply::Kind kind = task->type == REDIS_REPLY_ERROR    ? Reply::Kind::error
                             : task->type == REDIS_REPLY_STATUS ? Reply::Kind::status
                                                                : Reply::Kind::text;
    Reply& reply = begin(task, kind);
    const auto at = static_cast<std::uint32_t>(reply.characters_.size());
    reply.characters_.append(text, size);
    reply.add({kind, at, static_cast<std::uint32_t>(size), 0});
    return &reply;
  }

  static void* integer(const redisReadTask* task, long long value) {
    Reply& reply = begin(task, Reply::Kind::integer);
    reply.add({Reply::Kind::integer, 0, 0, value});
    return &reply;
  }

  static void* nil(const redisReadTask* task) {
    Reply& reply = begin(task, Reply::Kind::nil);
    reply.add({Reply::Kind::nil, 0, 0, 0});
    return &reply;
  }

  // By name, and the array's size by deduction: both differ between hiredis 0.14 and 1.x.
  static redisReplyObjectFunctions table() {
    redisReplyObjectFunctions functions{};
    functions.createString = string;
    functions.createArray = [](const redisReadTask* task, auto) -> void* {
      return &begin(task, Reply::Kind::array);
    };
    functions.createInteger = integer;
    functions.createNil = nil;
    functions.freeObject = [](void*) {};
    return functions;
  }
};

ReplyReader::ReplyReader() {
  static redisReplyObjectFunctions functions = Functions::table();
  reader_.reset(redisReaderCreateWithFunctions(&functions));
  CHECK(reader_ != nullptr, "out of memory");
  reader_->privdata = &reply_;
}

ReplyReader::~ReplyReader() = default;

void ReplyReader::Free::operator()(redisReader* reader) const { redisReaderFree(reader); }

void ReplyReader::feed(const char* bytes, std::size_t size) {
  redisReaderFeed(reader_.get(), bytes, size);
}

Result<const Reply*> ReplyReader::next() {
  void* complete = nullptr;
  if (redisReaderGetReply(reader_.get(), &complete) != REDIS_OK) {
    return Error(Store::redis, Cause::protocol, false, {},
                 fmt::format("the server does not speak Redis's protocol ({})", reader_->errstr));
  }
  return static_cast<const Reply*>(complete == nullptr ? nullptr : &reply_);
}

}  // namespace doorbuster
