#include "redis/reply.h"

#include <gtest/gtest.h>

#include <vector>

namespace doorbuster {
namespace {

// One line a reply: its kind and leaves.
std::string shown(const Reply& reply) {
  constexpr const char* kKinds[] = {"nil", "integer", "status", "text", "error", "array"};
  std::string text = kKinds[static_cast<int>(reply.kind())];
  for (std::size_t leaf = 0; leaf < reply.leaves(); ++leaf) {
    text += ' ';
    if (reply.is_nil(leaf)) {
      text += "(nil)";
    } else if (!reply.text(leaf).empty()) {
      text += reply.text(leaf);
    } else {
      text += reply.integer(leaf) ? std::to_string(*reply.integer(leaf)) : "''";
    }
  }
  return text;
}

// All replies in `portions`, one line each; "broken" where they are no protocol.
std::string read_all(const std::vector<std::string_view>& portions) {
  ReplyReader reader;
  std::string text;
  for (const std::string_view portion : portions) {
    reader.feed(portion.data(), portion.size());
    for (;;) {
      const auto reply = reader.next();
      if (!reply) return text + "broken";
      if (*reply == nullptr) break;
      text += shown(**reply) + "\n";
    }
  }
  return text;
}

constexpr std::string_view kStream =
    "+OK\r\n"
    "$-1\r\n"
    "$3\r\n500\r\n"
    ":-7\r\n"
    "-NOSCRIPT No matching script. Please use EVAL.\r\n"
    "$0\r\n\r\n"
    "*2\r\n:1\r\n$2\r\n42\r\n"
    "*1\r\n:0\r\n"
    "*2\r\n$-1\r\n$-1\r\n"
    "*-1\r\n"
    "*0\r\n"
    "*2\r\n$1\r\n0\r\n*3\r\n$1\r\na\r\n$2\r\nbc\r\n$4\r\nd\r\ne\r\n";

constexpr std::string_view kReplies =
    "status OK\n"
    "nil (nil)\n"
    "text 500\n"
    "integer -7\n"
    "error NOSCRIPT No matching script. Please use EVAL.\n"
    "text ''\n"
    "array 1 42\n"
    "array 0\n"
    "array (nil) (nil)\n"
    "nil (nil)\n"
    "array\n"
    "array 0 a bc d\r\ne\n";

TEST(ReplyReader, ReadsEveryKindOfReply) { EXPECT_EQ(read_all({kStream}), kReplies); }

TEST(ReplyReader, ReadsTheSameWhereverTheBytesAreSplit) {
  for (std::size_t at = 0; at <= kStream.size(); ++at) {
    EXPECT_EQ(read_all({kStream.substr(0, at), kStream.substr(at)}), kReplies) << at;
  }
  std::vector<std::string_view> bytes;
  for (std::size_t at = 0; at < kStream.size(); ++at) bytes.push_back(kStream.substr(at, 1));
  EXPECT_EQ(read_all(bytes), kReplies);
}

TEST(ReplyReader, RefusesWhatIsNotTheProtocolAndStaysBroken) {
  const std::string_view table[] = {
      "HTTP/1.1 400 Bad Request\r\n\r\n",
      std::string_view("\0\0\0\x08", 4),
      "$x\r\n",
      "$-5\r\n",
      "*-2\r\n",
      ":seven\r\n",
      "SSH-2.0-OpenSSH_9.2\r\n",
      "*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n:1\r\n",
  };
  for (const std::string_view text : table) {
    ReplyReader reader;
    reader.feed(text.data(), text.size());
    for (int again = 0; again < 2; ++again) {
      const auto reply = reader.next();
      ASSERT_FALSE(reply.ok()) << text;
      EXPECT_EQ(reply.error().cause(), Cause::protocol);
    }
  }
}

TEST(Reply, ReadsWholeNumbersOnly) {
  const auto number_of = [](std::string bytes) {
    ReplyReader reader;
    reader.feed(bytes.data(), bytes.size());
    return (*reader.next())->integer();
  };
  EXPECT_EQ(number_of("$20\r\n-9223372036854775808\r\n"), INT64_MIN);
  EXPECT_EQ(number_of(":9223372036854775807\r\n"), INT64_MAX);
  EXPECT_EQ(number_of("$20\r\n99999999999999999999\r\n"), std::nullopt);
  EXPECT_EQ(number_of("$3\r\n1.5\r\n"), std::nullopt);
  EXPECT_EQ(number_of("$0\r\n\r\n"), std::nullopt);
}

TEST(Reply, NamesAnErrorByItsFirstWord) {
  ReplyReader reader;
  const std::string_view bytes = "-OOM command not allowed\r\n-ERR\r\n+ERR fine\r\n";
  reader.feed(bytes.data(), bytes.size());
  EXPECT_EQ((*reader.next())->error_word(), "OOM");
  EXPECT_EQ((*reader.next())->error_word(), "ERR");
  EXPECT_EQ((*reader.next())->error_word(), "");
}

}  // namespace
}  // namespace doorbuster
