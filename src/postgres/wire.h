// PostgreSQL's protocol (version 3), as much of it as a load of prepared statements needs: each
// goes out as Bind, Execute and Sync, so that it is a transaction of its own however many are in
// flight, and messages come back in any portions. Sans I/O; internal to postgres/; one thread.
// libpq 15 makes a system call for every Sync and allocates for every result; for that alone this
// is here. libpq connects, prepares, and goes on to speak wherever a connection is encrypted.
// Source: PostgreSQL's documentation, "Frontend/Backend Protocol", message formats.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "postgres/answer.h"
#include "postgres/statements.h"

namespace doorbuster::postgres::wire {

// Without a Describe: who asks knows the columns. REQUIRES: no parameter is NULL
void append_execute(std::string& out, std::string_view statement,
                    const BoundParameters& parameters);
// A simple query, for what takes no parameters.
void append_query(std::string& out, std::string_view sql);

struct Message {
  char type;
  std::string_view body;
};

class Incoming {
 public:
  Incoming() : bytes_(kRoom) {}

  // Where to read to, and how many bytes came. Invalidates all messages.
  char* room();
  std::size_t room_size() const { return bytes_.size() - end_; }
  void filled(std::size_t size) { end_ += size; }

  // The next whole message, valid until room(); nothing when more bytes are needed, or where they
  // are not PostgreSQL's protocol, which stays.
  std::optional<Message> next();
  bool broken() const { return broken_; }

 private:
  static constexpr std::size_t kRoom = 16 * 1024;
  static constexpr std::uint32_t kLongest = 1 << 20;  // an error with a context is far below

  std::vector<char> bytes_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  bool broken_ = false;
};

// A DataRow: one more row, whose numbers are kept if it is the first. False: it is none.
bool add_row(Answer& answer, std::string_view body);
// A CommandComplete; the tag is of the body. False: it is none.
bool end_of_command(Answer& answer, std::string_view body);

// An ErrorResponse or a NoticeResponse; empty what is missing. The views are of the body.
struct Complaint {
  std::string_view severity;  // not translated
  std::string_view sqlstate;
  std::string_view message;
};
Complaint complaint_in(std::string_view body);

}  // namespace doorbuster::postgres::wire
