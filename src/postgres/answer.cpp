#include "postgres/answer.h"

#include <algorithm>

namespace doorbuster::postgres {

Answer Answer::of(const PGresult* result) {
  Answer answer;
  answer.status = PQresultStatus(result);
  answer.described = true;
  answer.rows = PQntuples(result);
  answer.columns = PQnfields(result);
  // PQcmdStatus wants a mutable result, though it changes nothing.
  answer.tag = PQcmdStatus(const_cast<PGresult*>(result));
  if (answer.rows == 0) return answer;
  for (int column = 0; column < answer.columns; ++column) {
    const bool null = PQgetisnull(result, 0, column) == 1;
    answer.keep(column, PQgetvalue(result, 0, column), null ? -1 : PQgetlength(result, 0, column));
  }
  return answer;
}

void Answer::keep(int column, const char* bytes, int length) {
  if (column >= kMostColumns) return;
  std::uint64_t value = length > 0 && (bytes[0] & 0x80) != 0 ? ~std::uint64_t{0} : 0;
  for (int i = 0; i < std::min(length, 8); ++i) {
    value = value << 8 | static_cast<unsigned char>(bytes[i]);
  }
  const auto at = static_cast<std::size_t>(column);
  lengths[at] = length;
  numbers[at] = static_cast<std::int64_t>(value);
}

}  // namespace doorbuster::postgres
