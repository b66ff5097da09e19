// Any rows in answer to any statement: a reply, or an error that says that they make no sense. The
// first bytes are the statement, the result's status, its columns and its rows; then for each value
// its length (255: NULL) and its bytes.
#include <libpq-fe.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/check.h"
#include "postgres/statements.h"

namespace doorbuster::postgres {
namespace {

class FuzzBytes {
 public:
  explicit FuzzBytes(std::string_view bytes) : bytes_(bytes) {}
  unsigned char next() {
    if (bytes_.empty()) return 0;
    const auto byte = static_cast<unsigned char>(bytes_[0]);
    bytes_.remove_prefix(1);
    return byte;
  }
  std::string next(std::size_t size) {
    std::string taken(bytes_.substr(0, size));
    bytes_.remove_prefix(taken.size());
    return taken;
  }

 private:
  std::string_view bytes_;
};

constexpr ExecStatusType kStatuses[] = {PGRES_TUPLES_OK, PGRES_COMMAND_OK, PGRES_EMPTY_QUERY};

using FuzzedResult = std::unique_ptr<PGresult, decltype(&PQclear)>;

FuzzedResult result_of(FuzzBytes& bytes) {
  const ExecStatusType status = kStatuses[bytes.next() % std::size(kStatuses)];
  FuzzedResult result(PQmakeEmptyPGresult(nullptr, status), &PQclear);
  const int columns = bytes.next() % 9;
  const int rows = bytes.next() % 4;
  std::string name = "column";
  std::vector<PGresAttDesc> described(static_cast<std::size_t>(columns));
  for (PGresAttDesc& one : described) {
    one = PGresAttDesc{};
    one.name = name.data();
    one.format = 1;
  }
  if (columns == 0) return result;
  CHECK(PQsetResultAttrs(result.get(), columns, described.data()) == 1);
  for (int row = 0; row < rows; ++row) {
    for (int column = 0; column < columns; ++column) {
      const unsigned char size = bytes.next();
      std::string value = bytes.next(size == 255 ? 0 : size);
      const int length = size == 255 ? -1 : static_cast<int>(value.size());
      CHECK(PQsetvalue(result.get(), row, column, value.data(), length) == 1);
    }
  }
  return result;
}

}  // namespace
}  // namespace doorbuster::postgres

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  using namespace doorbuster;
  using namespace doorbuster::postgres;
  FuzzBytes bytes({reinterpret_cast<const char*>(data), size});
  const std::size_t index = bytes.next() % kStatements;
  const FuzzedResult result = result_of(bytes);
  const auto reply = read_reply(index, Answer::of(result.get()));
  const bool commit = index == statement_of(DatabaseOperation(Commit{}));
  CHECK(reply || reply.error().cause() == Cause::protocol || commit, "{}: {}",
        statement(index).name, reply.error().message());
  return 0;
}
