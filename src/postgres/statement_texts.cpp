#include "base/check.h"
#include "postgres/statements.h"

// What the guarded purchases share: the stock row taken from, by its own guards, and the order of
// it. Guards come first and cost alike, so that they are tried in the order they stand in.
#define TAKE_ONE_ROW(set, guard)                                         \
  "UPDATE doorbuster.products SET quantity = quantity - $3,"             \
  " version = version + 1" set " WHERE id = $1 AND quantity >= $3" guard \
  " RETURNING id, quantity, version"
// No ON CONFLICT here: it would keep the decrement of a duplicate order. The unique violation
// rolls the whole statement back.
#define ORDER_OF_TAKEN                                     \
  " INSERT INTO doorbuster.orders"                         \
  " (product_id, user_id, qty, idem_key, version, status)" \
  " SELECT id, $2, $3, $4, version, 'confirmed' FROM taken"
#define GUARDED_PURCHASE(set, guard)                            \
  "WITH taken AS (" TAKE_ONE_ROW(set, guard) ")" ORDER_OF_TAKEN \
                                             " RETURNING (SELECT quantity FROM taken), version"

// CASE alone promises an order of evaluation: a row that is not ours, or has too little, must not
// cost anybody the lock. Its class is not the ledger's.
#define UNDER_LOCK(locked) \
  GUARDED_PURCHASE("", " AND CASE WHEN id = $1 AND quantity >= $3 THEN " locked " ELSE false END")

// Exactly $3 units are locked, in the order of their ids so that no two statements wait for each
// other, and sold only if all of them were found. They are sold by their ids, not by a join: the
// planner cannot know how few there are, and would read all units for it.
#define SELL_UNITS(how)                                                        \
  "WITH found AS MATERIALIZED ("                                               \
  "SELECT id FROM doorbuster.units WHERE product_id = $1 AND NOT sold"         \
  " ORDER BY id LIMIT $3 FOR UPDATE" how                                       \
  "), "                                                                        \
  "sale AS (UPDATE doorbuster.units SET sold = true"                           \
  " WHERE product_id = $1 AND id = ANY (ARRAY(SELECT id FROM found))"          \
  " AND (SELECT count(*) FROM found) = $3 RETURNING id) "                      \
  "INSERT INTO doorbuster.orders (product_id, user_id, qty, idem_key, status)" \
  " SELECT $1, $2, $3, $4, 'confirmed' WHERE (SELECT count(*) FROM sale) = $3"

namespace doorbuster::postgres {
namespace {

constexpr Oid kInt4 = 23;
constexpr Oid kInt8 = 20;
constexpr Oid kInt8s = 1016;
#define OF_AN_ORDER kInt4, kInt8, kInt8, kInt8

// The statement's own time, unlike the clock's, is found by the index. Stock rows are locked in the
// order of their ids, so that two sweeps do not wait for each other; rows that somebody else
// changed meanwhile are counted up from what he left.
constexpr const char* kSweep =
    "WITH due AS MATERIALIZED (SELECT idem_key FROM doorbuster.reservations"
    " WHERE status = 'held' AND expires_at <= statement_timestamp()"
    " ORDER BY expires_at LIMIT $1 FOR UPDATE SKIP LOCKED), "
    "swept AS (UPDATE doorbuster.reservations SET status = 'expired'"
    " WHERE idem_key = ANY (ARRAY(SELECT idem_key FROM due)) RETURNING product_id, qty, held_at), "
    "back AS MATERIALIZED (SELECT product_id, sum(qty)::bigint AS units, count(*) AS holds,"
    " min(held_at) AS oldest FROM swept GROUP BY 1), "
    "shelf AS MATERIALIZED (SELECT id FROM doorbuster.products"
    " WHERE id IN (SELECT product_id FROM back) ORDER BY id FOR UPDATE), "
    "returned AS (UPDATE doorbuster.products AS p SET quantity = p.quantity + back.units,"
    " version = p.version + back.holds FROM back"
    " WHERE p.id = back.product_id AND p.id = ANY (ARRAY(SELECT id FROM shelf)) RETURNING p.id) "
    "SELECT coalesce(sum(holds), 0)::bigint, coalesce(sum(units), 0)::bigint,"
    " coalesce(extract(epoch FROM clock_timestamp() - min(oldest)) * 1000000, 0)::bigint FROM back";

constexpr std::array<Statement, kStatements> kTexts = {{
    {"read_stock", "SELECT quantity, version FROM doorbuster.products WHERE id = $1", 1, {kInt4}},
    {"take_if_available", GUARDED_PURCHASE("", ""), 4, {OF_AN_ORDER}},
    {"decrement_guarded",
     "UPDATE doorbuster.products SET quantity = quantity - $2, version = version + 1"
     " WHERE id = $1 AND quantity >= $2 RETURNING quantity, version",
     2,
     {kInt4, kInt8}},
    {"decrement_unguarded",
     "UPDATE doorbuster.products SET quantity = quantity - $2, version = version + 1 WHERE id = $1"
     " RETURNING quantity, version",
     2,
     {kInt4, kInt8}},
    {"write_stock",
     "UPDATE doorbuster.products SET quantity = $2, version = version + 1 WHERE id = $1"
     " RETURNING quantity, version",
     2,
     {kInt4, kInt8}},
    {"insert_order",
     "INSERT INTO doorbuster.orders (product_id, user_id, qty, idem_key, status)"
     " VALUES ($1, $2, $3, $4, 'confirmed')",
     4,
     {OF_AN_ORDER}},
    {"find_order",
     "SELECT idem_key, user_id, product_id, qty FROM doorbuster.orders WHERE idem_key = $1",
     1,
     {kInt8}},
    {"take_at_version", GUARDED_PURCHASE("", " AND version = $5"), 5, {OF_AN_ORDER, kInt8}},
    {"take_fenced", GUARDED_PURCHASE(", fence = $5", " AND fence <= $5"), 5, {OF_AN_ORDER, kInt8}},
    {"take_under_lock", UNDER_LOCK("pg_try_advisory_xact_lock(1769235821, id)"), 4, {OF_AN_ORDER}},
    {"take_from_bucket",
     "WITH taken AS (UPDATE doorbuster.buckets SET quantity = quantity - $3, version = version + 1"
     " WHERE product_id = $1 AND bucket = $5 AND quantity >= $3 RETURNING quantity, version) "
     "INSERT INTO doorbuster.orders (product_id, user_id, qty, idem_key, status)"
     " SELECT $1, $2, $3, $4, 'confirmed' FROM taken"
     " RETURNING (SELECT quantity FROM taken), (SELECT version FROM taken)",
     5,
     {OF_AN_ORDER, kInt4}},
    {"read_buckets",
     "SELECT sum(quantity)::bigint, 0::bigint FROM doorbuster.buckets WHERE product_id = $1"
     " HAVING count(*) > 0",
     1,
     {kInt4}},
    {"take_units", SELL_UNITS(" SKIP LOCKED"), 4, {OF_AN_ORDER}},
    {"read_units",
     "SELECT (SELECT count(*) FROM doorbuster.units WHERE product_id = $1 AND NOT sold), 0::bigint"
     " WHERE EXISTS (SELECT FROM doorbuster.units WHERE product_id = $1)",
     1,
     {kInt4}},
    {"take_with_outbox",
     "WITH taken AS (" TAKE_ONE_ROW(
         "", "") "), ordered AS (" ORDER_OF_TAKEN ") "
                 "INSERT INTO doorbuster.outbox (product_id, version, quantity)"
                 " SELECT id, version, quantity FROM taken RETURNING quantity, version",
     4,
     {OF_AN_ORDER}},
    {"read_outbox",
     "SELECT oldest.product_id, newest.quantity, newest.version, greatest(0,"
     " extract(epoch FROM clock_timestamp() - oldest.created_at) * 1000000)::bigint"
     " FROM (SELECT product_id, created_at FROM doorbuster.outbox WHERE NOT done"
     " ORDER BY seq LIMIT 1) AS oldest CROSS JOIN LATERAL (SELECT quantity, version"
     " FROM doorbuster.outbox AS of_it WHERE of_it.product_id = oldest.product_id AND NOT done"
     " ORDER BY version DESC LIMIT 1) AS newest",
     0,
     {}},
    {"mark_relayed",
     "UPDATE doorbuster.outbox SET done = true"
     " WHERE product_id = $1 AND version <= $2 AND NOT done",
     2,
     {kInt4, kInt8}},
    // Its order's key is the hold's, and as unique.
    {"take_hold",
     "WITH taken AS (" TAKE_ONE_ROW(
         "", "") ") "
                 "INSERT INTO doorbuster.reservations"
                 " (product_id, user_id, qty, idem_key, version, status, expires_at)"
                 " SELECT id, $2, $3, $4, version, 'held',"
                 " clock_timestamp() + $5 * interval '1 microsecond' FROM taken"
                 " RETURNING (SELECT quantity FROM taken), version",
     5,
     {OF_AN_ORDER, kInt8}},
    {"confirm_hold",
     "WITH paid AS (UPDATE doorbuster.reservations SET status = 'paid'"
     " WHERE idem_key = $1 AND status = 'held' AND expires_at > clock_timestamp()"
     " RETURNING product_id, user_id, qty, idem_key, version) "
     "INSERT INTO doorbuster.orders (product_id, user_id, qty, idem_key, version, status)"
     " SELECT product_id, user_id, qty, idem_key, version, 'confirmed' FROM paid",
     1,
     {kInt8}},
    {"release_hold",
     "WITH released AS (UPDATE doorbuster.reservations SET status = 'released'"
     " WHERE idem_key = $1 AND (status = 'held' OR $2 = 0) RETURNING product_id, qty) "
     "UPDATE doorbuster.products AS p SET quantity = p.quantity + released.qty,"
     " version = p.version + 1 FROM released WHERE p.id = released.product_id",
     2,
     {kInt8, kInt4}},
    {"sweep_holds", kSweep, 1, {kInt8}},
    {"find_hold",
     "SELECT CASE status WHEN 'held' THEN 0 WHEN 'paid' THEN 1 WHEN 'expired' THEN 2 ELSE 3 END"
     " FROM doorbuster.reservations WHERE idem_key = $1",
     1,
     {kInt8}},
    {"count_holds", "SELECT count(*) FROM doorbuster.reservations WHERE status = 'held'", 0, {}},
    {"return_units",
     "UPDATE doorbuster.products SET quantity = quantity + $2, version = version + 1 WHERE id = $1",
     2,
     {kInt4, kInt8}},
    // As with one purchase there is no ON CONFLICT: it would keep the decrement of a duplicate.
    {"take_batch",
     "WITH taken AS (UPDATE doorbuster.products SET quantity = quantity - $5,"
     " version = version + cardinality($2) WHERE id = $1 AND quantity >= $5"
     " RETURNING id, quantity, version), "
     "ordered AS (INSERT INTO doorbuster.orders"
     " (product_id, user_id, qty, idem_key, version, status)"
     " SELECT id, line.buyer, line.qty, line.key, version - cardinality($2) + line.n, 'confirmed'"
     " FROM taken, unnest($2, $3, $4) WITH ORDINALITY AS line (buyer, qty, key, n)) "
     "SELECT quantity, version FROM taken",
     5,
     {kInt4, kInt8s, kInt8s, kInt8s, kInt8}},
    {"begin", "BEGIN", 0, {}},
    {"lock_stock",
     "SELECT quantity, version FROM doorbuster.products WHERE id = $1 FOR UPDATE",
     1,
     {kInt4}},
    {"take_in",
     "UPDATE doorbuster.products SET quantity = quantity - $2, version = version + 1 WHERE id = $1"
     " RETURNING quantity, version",
     2,
     {kInt4, kInt8}},
    {"insert_order_in",
     "INSERT INTO doorbuster.orders (product_id, user_id, qty, idem_key, version, status)"
     " VALUES ($1, $2, $3, $4, $5, 'confirmed')",
     5,
     {OF_AN_ORDER, kInt8}},
    {"commit", "COMMIT", 0, {}},
    {"rollback", "ROLLBACK", 0, {}},
    {"take_units_waiting", SELL_UNITS(""), 4, {OF_AN_ORDER}},
    // The lock is no value; once it is ours, and the row is another's by now, the guards are tried
    // again on the newest.
    {"take_under_lock_waiting",
     UNDER_LOCK("pg_advisory_xact_lock(1769235821, id) IS NOT NULL"),
     4,
     {OF_AN_ORDER}},
    {"lock_stock_nowait",
     "SELECT quantity, version FROM doorbuster.products WHERE id = $1 FOR UPDATE NOWAIT",
     1,
     {kInt4}},
}};

#undef OF_AN_ORDER
#undef SELL_UNITS
#undef UNDER_LOCK
#undef GUARDED_PURCHASE
#undef ORDER_OF_TAKEN
#undef TAKE_ONE_ROW

}  // namespace

const Statement& statement(std::size_t index) {
  CHECK(index < kStatements);
  return kTexts[index];
}

}  // namespace doorbuster::postgres
