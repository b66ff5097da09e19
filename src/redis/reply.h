// Reply and ReplyReader: what a Redis server answers, from bytes in any portions. A thin shell over
// hiredis' redisReader with reply functions of our own, which write into one Reply that is used
// again and again: once warm, nothing is allocated. Nested arrays are flattened to their leaves,
// which is all that the commands used here need. No I/O; one thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

struct redisReader;

namespace doorbuster {

class Reply {
 public:
  enum class Kind : unsigned char { nil, integer, status, text, error, array };

  Kind kind() const { return kind_; }
  bool is(Kind kind) const { return kind_ == kind; }

  // Of a plain reply one leaf, of an array all leaves below it, in order.
  std::size_t leaves() const { return leaves_.size(); }
  bool is_nil(std::size_t leaf) const { return leaves_[leaf].kind == Kind::nil; }
  // Nothing where it is not a whole number of 64 bits, as an integer or as text.
  std::optional<std::int64_t> integer(std::size_t leaf = 0) const;
  std::string_view text(std::size_t leaf = 0) const;

  // The first word of an error, such as NOSCRIPT; empty for what is no error.
  std::string_view error_word() const;

 private:
  friend class ReplyReader;
  struct Leaf {
    Kind kind;
    std::uint32_t begin, size;  // in characters_
    std::int64_t integer;
  };
  void begin(Kind kind);
  void add(Leaf leaf) { leaves_.push_back(leaf); }

  Kind kind_ = Kind::nil;
  std::vector<Leaf> leaves_;
  std::string characters_;
};

class ReplyReader {
 public:
  ReplyReader();
  ~ReplyReader();
  ReplyReader(const ReplyReader&) = delete;
  ReplyReader& operator=(const ReplyReader&) = delete;

  void feed(const char* bytes, std::size_t size);

  // The next complete reply, valid until the next call of anything here; nullptr when more bytes
  // are needed. An error (Cause::protocol) where the bytes are not Redis's protocol; it stays.
  Result<const Reply*> next();

 private:
  struct Functions;
  struct Free {
    void operator()(redisReader* reader) const;
  };

  Reply reply_;
  std::unique_ptr<redisReader, Free> reader_;
};

}  // namespace doorbuster
