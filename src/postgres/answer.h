// Answer: what the server answered one statement, without its text: the shape of its rows, the
// numbers of the first, and the tag of its end. Read from a PGresult, or from the messages of
// wire.h. Internal to postgres/. A tag is valid as long as what it was read from.
#pragma once

#include <libpq-fe.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace doorbuster::postgres {

struct Answer {
  static constexpr int kMostColumns = 8;  // of which the numbers are kept

  ExecStatusType status = PGRES_COMMAND_OK;
  bool described = false;  // an answer without rows tells its columns
  int rows = 0;
  int columns = 0;
  std::array<int, kMostColumns> lengths{};           // in bytes; -1: NULL
  std::array<std::int64_t, kMostColumns> numbers{};  // where the length is 4 or 8
  std::string_view tag;

  static Answer of(const PGresult* result);
  void keep(int column, const char* bytes, int length);
};

}  // namespace doorbuster::postgres
