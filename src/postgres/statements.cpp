#include "postgres/statements.h"

#include <fmt/format.h>

#include <charconv>
#include <cstring>

namespace doorbuster::postgres {
namespace {

constexpr Oid kInt4 = 23;
constexpr Oid kInt8 = 20;

template <class Op>
constexpr std::size_t index_of() {
  return DatabaseOperation(Op{}).index();
}

constexpr std::array<Statement, kStatements> kTexts = {{
    {"read_stock", "SELECT quantity, version FROM doorbuster.products WHERE id = $1", 1, {kInt4}},
    // No ON CONFLICT here: it would keep the decrement of a duplicate order. The unique violation
    // rolls the whole statement back.
    {"take_if_available",
     "WITH taken AS ("
     "UPDATE doorbuster.products SET quantity = quantity - $3, version = version + 1"
     " WHERE id = $1 AND quantity >= $3 RETURNING id, quantity, version) "
     "INSERT INTO doorbuster.orders (product_id, user_id, qty, idem_key, version, status)"
     " SELECT id, $2, $3, $4, version, 'confirmed' FROM taken"
     " RETURNING (SELECT quantity FROM taken), version",
     4,
     {kInt4, kInt8, kInt8, kInt8}},
    {"decrement_guarded",
     "UPDATE doorbuster.products SET quantity = quantity - $2, version = version + 1"
     " WHERE id = $1 AND quantity >= $2",
     2,
     {kInt4, kInt8}},
    {"decrement_unguarded",
     "UPDATE doorbuster.products SET quantity = quantity - $2, version = version + 1 WHERE id = $1",
     2,
     {kInt4, kInt8}},
    {"write_stock",
     "UPDATE doorbuster.products SET quantity = $2, version = version + 1 WHERE id = $1",
     2,
     {kInt4, kInt8}},
    {"insert_order",
     "INSERT INTO doorbuster.orders (product_id, user_id, qty, idem_key, status)"
     " VALUES ($1, $2, $3, $4, 'confirmed')",
     4,
     {kInt4, kInt8, kInt8, kInt8}},
}};
static_assert(index_of<ReadStock>() == 0 && index_of<TakeIfAvailable>() == 1 &&
              index_of<DecrementGuarded>() == 2 && index_of<DecrementUnguarded>() == 3 &&
              index_of<WriteStock>() == 4 && index_of<InsertOrder>() == 5);

constexpr int kBinaryFormats[kMostParameters] = {1, 1, 1, 1};

Access access_of_statement(std::size_t index) {
  return index == index_of<ReadStock>() ? Access::read : Access::write;
}

Error senseless(std::size_t index, const PGresult* result) {
  return {Store::postgres, Cause::protocol, access_of_statement(index) == Access::read,
          PQresStatus(PQresultStatus(result)),
          fmt::format("PostgreSQL answered {} with {} rows of {} columns ({})", kTexts[index].name,
                      PQntuples(result), PQnfields(result), PQresStatus(PQresultStatus(result)))};
}

std::int64_t big_endian(const char* bytes) {
  std::uint64_t value = 0;
  for (int i = 0; i < 8; ++i) value = value << 8 | static_cast<unsigned char>(bytes[i]);
  return static_cast<std::int64_t>(value);
}

Result<DatabaseReply> read_stock(std::size_t index, const PGresult* result) {
  if (PQresultStatus(result) != PGRES_TUPLES_OK || PQnfields(result) != 2) {
    return senseless(index, result);
  }
  const int rows = PQntuples(result);
  if (rows == 0) return DatabaseReply(std::optional<Stock>());
  const bool both = PQgetlength(result, 0, 0) == 8 && PQgetlength(result, 0, 1) == 8;
  if (rows != 1 || !both) return senseless(index, result);
  return DatabaseReply(std::optional<Stock>(
      Stock{big_endian(PQgetvalue(result, 0, 0)), big_endian(PQgetvalue(result, 0, 1))}));
}

Result<DatabaseReply> read_count(std::size_t index, const PGresult* result) {
  // PQcmdTuples wants a mutable result, though it changes nothing.
  const std::string_view text = PQcmdTuples(const_cast<PGresult*>(result));
  RowCount count;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), count.rows);
  if (PQresultStatus(result) != PGRES_COMMAND_OK || text.empty() || parsed.ec != std::errc()) {
    return senseless(index, result);
  }
  return DatabaseReply(count);
}

}  // namespace

const Statement& statement(std::size_t index) {
  CHECK(index < kStatements);
  return kTexts[index];
}

struct BoundParameters::Binder {
  BoundParameters& to;
  void operator()(const ReadStock& op) { to.add(number(op.item)); }
  void operator()(const TakeIfAvailable& op) { to.add(op.order); }
  void operator()(const InsertOrder& op) { to.add(op.order); }
  template <class Update>  // the three that take an item and a quantity
  void operator()(const Update& op) {
    to.add(number(op.item));
    to.add(op.quantity);
  }
};

BoundParameters::BoundParameters(const DatabaseOperation& operation) {
  std::visit(Binder{*this}, operation);
  CHECK(count_ == kTexts[operation.index()].parameters);
}

const int* BoundParameters::formats() { return kBinaryFormats; }

void BoundParameters::add(const Order& order) {
  add(number(order.item));
  add(number(order.buyer));
  add(order.quantity);
  add(number(order.key));
}

void BoundParameters::add(std::int32_t value) { add_bytes(static_cast<std::uint32_t>(value), 4); }
void BoundParameters::add(std::int64_t value) { add_bytes(static_cast<std::uint64_t>(value), 8); }

void BoundParameters::add_bytes(std::uint64_t value, int bytes) {
  const auto at = static_cast<std::size_t>(count_++);
  for (int i = bytes; i-- > 0; value >>= 8) {
    bytes_[at][static_cast<std::size_t>(i)] = static_cast<char>(value & 0xff);
  }
  values_[at] = bytes_[at].data();
  lengths_[at] = bytes;
}

Result<DatabaseReply> read_reply(std::size_t index, const PGresult* result) {
  switch (index) {
    case index_of<ReadStock>():
    case index_of<TakeIfAvailable>():
      return read_stock(index, result);
    case index_of<InsertOrder>():
      if (PQresultStatus(result) != PGRES_COMMAND_OK) return senseless(index, result);
      return DatabaseReply(Done{});
    default:
      return read_count(index, result);
  }
}

}  // namespace doorbuster::postgres
