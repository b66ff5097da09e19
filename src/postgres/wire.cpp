#include "postgres/wire.h"

#include <cstring>

#include "base/big_endian.h"

namespace doorbuster::postgres::wire {
namespace {

constexpr std::size_t kHead = 5;  // type, and the length of what follows it, its own included
constexpr std::uint32_t kAllBinary = 0x00010001;  // one format, for all: binary

char* put(char* at, std::string_view text) {
  std::memcpy(at, text.data(), text.size());
  return at + text.size();
}

// Text up to its NUL, which is taken from `from` too; nothing where there is no NUL.
std::optional<std::string_view> take_text(std::string_view& from) {
  const std::size_t end = from.find('\0');
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view text = from.substr(0, end);
  from.remove_prefix(end + 1);
  return text;
}

// The end of each: no name for the portal, all rows; and a Sync.
constexpr std::string_view kExecuteAndSync("E\0\0\0\x09\0\0\0\0\0S\0\0\0\x04", 15);

}  // namespace

void append_execute(std::string& out, std::string_view statement,
                    const BoundParameters& parameters) {
  std::size_t bind = 4 + 1 + statement.size() + 1 + 4 + 2 + 4;
  for (int i = 0; i < parameters.count(); ++i) {
    bind += 4 + static_cast<std::size_t>(parameters.lengths()[i]);
  }
  const std::size_t before = out.size();
  out.resize(before + 1 + bind + kExecuteAndSync.size());
  char* at = out.data() + before;
  *at++ = 'B';
  at = put_big_endian(at, static_cast<std::uint32_t>(bind));
  *at++ = '\0';  // the portal without a name
  at = put(at, statement);
  *at++ = '\0';
  at = put_big_endian(at, kAllBinary);  // parameters
  at = put_big_endian(at, static_cast<std::uint16_t>(parameters.count()));
  for (int i = 0; i < parameters.count(); ++i) {
    const auto length = static_cast<std::size_t>(parameters.lengths()[i]);
    at = put_big_endian(at, static_cast<std::uint32_t>(length));
    at = put(at, std::string_view(parameters.values()[i], length));
  }
  at = put_big_endian(at, kAllBinary);  // columns
  put(at, kExecuteAndSync);
}

void append_query(std::string& out, std::string_view sql) {
  char head[kHead] = {'Q'};
  put_big_endian(head + 1, static_cast<std::uint32_t>(4 + sql.size() + 1));
  out.append(head, kHead).append(sql).push_back('\0');
}

char* Incoming::room() {
  if (begin_ == end_) {
    begin_ = end_ = 0;
  } else if (begin_ > 0) {
    std::memmove(bytes_.data(), bytes_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
  }
  if (end_ == bytes_.size()) bytes_.resize(2 * bytes_.size());
  return bytes_.data() + end_;
}

std::optional<Message> Incoming::next() {
  if (broken_ || end_ - begin_ < kHead) return std::nullopt;
  const char* head = bytes_.data() + begin_;
  const auto length = big_endian_at<std::uint32_t>(head + 1);
  broken_ = length < 4 || length > kLongest;
  if (broken_ || end_ - begin_ < 1 + std::size_t{length}) return std::nullopt;
  begin_ += 1 + std::size_t{length};
  return Message{*head, std::string_view(head + kHead, length - 4)};
}

bool add_row(Answer& answer, std::string_view body) {
  if (body.size() < 2) return false;
  const int columns = big_endian_at<std::uint16_t>(body.data());
  body.remove_prefix(2);
  answer.status = PGRES_TUPLES_OK;
  answer.columns = columns;
  for (int column = 0; column < columns; ++column) {
    if (body.size() < 4) return false;
    const auto length = big_endian_at<std::int32_t>(body.data());
    body.remove_prefix(4);
    const std::size_t size = length < 0 ? 0 : static_cast<std::size_t>(length);
    if (size > body.size()) return false;
    if (answer.rows == 0) answer.keep(column, body.data(), length < 0 ? -1 : length);
    body.remove_prefix(size);
  }
  ++answer.rows;
  return body.empty();
}

bool end_of_command(Answer& answer, std::string_view body) {
  const auto tag = take_text(body);
  if (!tag || !body.empty()) return false;
  answer.tag = *tag;
  return true;
}

Complaint complaint_in(std::string_view body) {
  Complaint complaint;
  while (!body.empty() && body[0] != '\0') {
    const char field = body[0];
    body.remove_prefix(1);
    const auto text = take_text(body);
    if (!text) break;
    if (field == 'V') complaint.severity = *text;
    if (field == 'C') complaint.sqlstate = *text;
    if (field == 'M') complaint.message = *text;
  }
  return complaint;
}

}  // namespace doorbuster::postgres::wire
