// The SQL of what doorbuster owns in a database: the schema `doorbuster`, marked as ours by its
// comment, and its tables. Nothing is ever dropped with CASCADE, so that whatever somebody put
// beside our tables stays, and is told. Internal to postgres/.
//
// Against the plan's common schema: quantities are bigint, as they are in the program, and an order
// carries the version of the stock change that it belongs to, where the strategy ties them.
#pragma once

namespace doorbuster::postgres::schema {

inline constexpr const char* kMarker =
    "made by doorbuster, which empties and removes it; do not keep anything here";

// One row when the schema exists: its comment.
inline constexpr const char* kFind =
    "SELECT coalesce(obj_description(oid, 'pg_namespace'), '') FROM pg_namespace"
    " WHERE nspname = 'doorbuster'";

// Held by a Ledger's session for as long as it lives: two runs in one database would empty each
// other's shop.
inline constexpr const char* kLock = "SELECT pg_try_advisory_lock(1685025650, 1651864692)";

// Whether this session is still the one that took it, and no other that the client put in its
// place.
inline constexpr const char* kHoldsLock =
    "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND granted"
    " AND pid = pg_backend_pid() AND classid = 1685025650 AND objid = 1651864692)";

inline constexpr const char* kCreate = "CREATE SCHEMA doorbuster";
inline constexpr const char* kMark = "COMMENT ON SCHEMA doorbuster IS ";  // and the quoted marker

inline constexpr const char* kCreateTables =
    "CREATE TABLE doorbuster.products ("
    " id int PRIMARY KEY,"
    " quantity bigint NOT NULL,"
    " version bigint NOT NULL DEFAULT 0,"
    " fence bigint NOT NULL DEFAULT 0"
    ") WITH (fillfactor = 50);"
    "CREATE TABLE doorbuster.orders ("
    " id bigserial PRIMARY KEY,"
    " product_id int NOT NULL,"
    " user_id bigint NOT NULL,"
    " qty bigint NOT NULL,"
    " idem_key bigint NOT NULL UNIQUE,"
    " version bigint,"
    " status text NOT NULL,"
    " created_at timestamptz NOT NULL DEFAULT clock_timestamp());"
    "CREATE TABLE doorbuster.buckets ("
    " product_id int,"
    " bucket int,"
    " quantity bigint NOT NULL CHECK (quantity >= 0),"
    " version bigint NOT NULL DEFAULT 0,"
    " PRIMARY KEY (product_id, bucket)"
    ") WITH (fillfactor = 50);"
    "CREATE TABLE doorbuster.units ("
    " product_id int,"
    " id int,"
    " sold boolean NOT NULL DEFAULT false,"
    " PRIMARY KEY (product_id, id));"
    "CREATE INDEX ON doorbuster.units (product_id, id) WHERE NOT sold;"
    "CREATE TABLE doorbuster.outbox ("
    " seq bigserial PRIMARY KEY,"
    " product_id int NOT NULL,"
    " version bigint NOT NULL,"
    " quantity bigint NOT NULL,"
    " created_at timestamptz NOT NULL DEFAULT clock_timestamp(),"
    " done boolean NOT NULL DEFAULT false);"
    "CREATE INDEX ON doorbuster.outbox (seq) WHERE NOT done;"
    "CREATE INDEX ON doorbuster.outbox (product_id, version) WHERE NOT done;"
    "CREATE TABLE doorbuster.reservations ("
    " idem_key bigint PRIMARY KEY,"
    " product_id int NOT NULL,"
    " user_id bigint NOT NULL,"
    " qty bigint NOT NULL,"
    " version bigint NOT NULL,"
    " status text NOT NULL,"
    " held_at timestamptz NOT NULL DEFAULT clock_timestamp(),"
    " expires_at timestamptz NOT NULL"
    ") WITH (fillfactor = 50);"
    "CREATE INDEX ON doorbuster.reservations (expires_at) WHERE status = 'held';"
    "CREATE TABLE doorbuster.stock_log ("
    " product_id int NOT NULL,"
    " version_before bigint NOT NULL,"
    " version bigint NOT NULL,"
    " before bigint NOT NULL,"
    " after bigint NOT NULL)";

#define OUR_TABLES                                                                \
  "doorbuster.products, doorbuster.orders, doorbuster.buckets, doorbuster.units," \
  " doorbuster.outbox, doorbuster.reservations, doorbuster.stock_log"
inline constexpr const char* kDropTables =
    "DROP TABLE IF EXISTS " OUR_TABLES "; DROP FUNCTION IF EXISTS doorbuster.log_change()";
inline constexpr const char* kDrop = "DROP SCHEMA doorbuster";

// A straggler that holds a lock must not hold us for ever.
inline constexpr const char* kLockTimeout = "SET LOCAL lock_timeout = '10s'";
inline constexpr const char* kEmpty = "TRUNCATE " OUR_TABLES " RESTART IDENTITY";
inline constexpr const char* kDropCheck =
    "ALTER TABLE doorbuster.products DROP CONSTRAINT IF EXISTS quantity_is_not_negative";
inline constexpr const char* kAddCheck =
    "ALTER TABLE doorbuster.products ADD CONSTRAINT quantity_is_not_negative CHECK (quantity >= 0)";
// The row is locked from its change to the end of the transaction, so that the order of its
// versions is that of the commits, and one that is rolled back leaves nothing.
inline constexpr const char* kLogNoChanges =
    "DROP TRIGGER IF EXISTS log_change ON doorbuster.products";
inline constexpr const char* kLogChanges =
    "CREATE OR REPLACE FUNCTION doorbuster.log_change() RETURNS trigger LANGUAGE plpgsql AS"
    " $$ BEGIN INSERT INTO doorbuster.stock_log VALUES"
    " (NEW.id, OLD.version, NEW.version, OLD.quantity, NEW.quantity); RETURN NULL; END $$;"
    "CREATE TRIGGER log_change AFTER UPDATE ON doorbuster.products FOR EACH ROW"
    " WHEN (OLD.version <> NEW.version) EXECUTE FUNCTION doorbuster.log_change()";
inline constexpr const char* kSettle = "VACUUM (ANALYZE) " OUR_TABLES;
#undef OUR_TABLES
inline constexpr const char* kIsSuperuser = "SELECT current_setting('is_superuser')";
inline constexpr const char* kCheckpoint = "CHECKPOINT";

// What is left of each item, in its row, its buckets and its units together; how many buckets and
// units it has, how often anything of it changed, and how much of it is in holds that stand.
inline constexpr const char* kProducts =
    "SELECT p.id, (p.quantity + coalesce(b.quantity, 0) + coalesce(u.free, 0))::bigint,"
    " coalesce(b.rows, 0), coalesce(u.rows, 0),"
    " (p.version + coalesce(b.version, 0) + coalesce(u.rows - u.free, 0))::bigint, p.quantity,"
    " coalesce(h.units, 0)::bigint"
    " FROM doorbuster.products AS p"
    " LEFT JOIN (SELECT product_id, count(*) AS rows, sum(quantity) AS quantity,"
    " sum(version) AS version FROM doorbuster.buckets GROUP BY 1) AS b ON b.product_id = p.id"
    " LEFT JOIN (SELECT product_id, count(*) AS rows, count(*) FILTER (WHERE NOT sold) AS free"
    " FROM doorbuster.units GROUP BY 1) AS u ON u.product_id = p.id"
    " LEFT JOIN (SELECT product_id, sum(qty) AS units FROM doorbuster.reservations"
    " WHERE status = 'held' GROUP BY 1) AS h ON h.product_id = p.id"
    " ORDER BY p.id";
inline constexpr const char* kOrders =
    "SELECT idem_key, user_id, product_id, qty, version FROM doorbuster.orders"
    " WHERE status = 'confirmed' ORDER BY idem_key";
inline constexpr const char* kStockLog =
    "SELECT product_id, version_before, version, before, after FROM doorbuster.stock_log"
    " ORDER BY product_id, version";
inline constexpr const char* kCountOrders = "SELECT count(*) FROM doorbuster.orders";

// Sessions of a load, by its quoted name: pid, and whether a transaction may be in flight. A
// session whose state is hidden or not yet told counts as in flight.
inline constexpr const char* kSessions =
    "SELECT pid, coalesce(state, '') <> 'idle' FROM pg_stat_activity"
    " WHERE pid <> pg_backend_pid() AND application_name = ";
inline constexpr const char* kTerminate =
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE pid <> pg_backend_pid() AND application_name = ";

inline constexpr const char* kVersion = "SELECT current_setting('server_version')";
inline constexpr const char* kStartedAt =
    "SELECT (pg_postmaster_start_time() AT TIME ZONE 'UTC')::text";
inline constexpr const char* kSettings =
    "SELECT name, current_setting(name) FROM pg_settings WHERE name IN"
    " ('synchronous_commit', 'fsync', 'full_page_writes', 'shared_buffers', 'max_connections',"
    " 'wal_level') ORDER BY name";
inline constexpr const char* kRoundTrip = "SELECT 1";

}  // namespace doorbuster::postgres::schema
