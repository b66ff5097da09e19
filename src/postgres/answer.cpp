#include "postgres/answer.h"

#include "base/big_endian.h"

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
  const auto at = static_cast<std::size_t>(column);
  lengths[at] = length;
  if (length == 8) numbers[at] = big_endian_at<std::int64_t>(bytes);
  if (length == 4) numbers[at] = big_endian_at<std::int32_t>(bytes);
}

}  // namespace doorbuster::postgres
