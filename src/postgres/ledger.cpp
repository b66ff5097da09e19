#include "postgres/ledger.h"

#include <fmt/format.h>
#include <poll.h>

#include <algorithm>
#include <map>
#include <optional>
#include <pqxx/pqxx>
#include <set>
#include <thread>

#include "postgres/address.h"
#include "postgres/complaint.h"
#include "postgres/errors.h"
#include "postgres/layout.h"
#include "postgres/logged_change.h"
#include "postgres/probe.h"
#include "postgres/schema.h"

#if defined(__SANITIZE_ADDRESS__)
#define DOORBUSTER_LEAK_CHECKED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define DOORBUSTER_LEAK_CHECKED 1
#endif
#endif
#ifdef DOORBUSTER_LEAK_CHECKED
// libpqxx 6.4 asks a connection for its encoding between PQexec and owning the result, and throws
// there when the server has died: the result is lost.
extern "C" const char* __lsan_default_suppressions();
extern "C" const char* __lsan_default_suppressions() { return "leak:libpqxx"; }
#endif

namespace doorbuster {
namespace {

namespace schema = postgres::schema;

constexpr Duration kLockWithin = 2s;
constexpr Duration kLockGlance = 20ms;
constexpr int kPollMillis = 2;
constexpr int kRoundTrips = 101;

// libpqxx throws; its exceptions end here. Only exec(text) is used, the one form that every version
// from 6.4 on has and none deprecates. `what` completes "cannot ...".
template <class Call>
auto guarded(const std::string& what, Call call) -> decltype(call()) {
  const auto refused = [&](Cause cause, std::string code, const char* why) {
    const std::string_view complaint = complaint_of_postgres(code);
    const std::string said =
        complaint.empty() ? postgres::one_line(why) : fmt::format("the server {}", complaint);
    return Error(Store::postgres, cause, cause == Cause::refused_by_server, std::move(code),
                 fmt::format("cannot {}: {}", what, said));
  };
  try {
    return call();
  } catch (const pqxx::broken_connection& error) {
    return refused(Cause::connection_lost, {}, error.what());
  } catch (const pqxx::sql_error& error) {
    return refused(Cause::refused_by_server, error.sqlstate(), error.what());
  } catch (const std::exception& error) {
    return refused(Cause::protocol, {}, error.what());
  }
}

std::int64_t connect_seconds(const LedgerOptions& options) {  // libpq knows whole ones, from two
  return std::max<std::int64_t>(
      2, std::chrono::ceil<std::chrono::seconds>(options.connect_within).count());
}

template <class T>
T at(const pqxx::row& row, int column) {
  return row[static_cast<pqxx::row::size_type>(column)].template as<T>();
}

Error not_ours(const std::string& shown) {
  return invalid(fmt::format(
      "the database at {} has a schema 'doorbuster' that doorbuster did not make: it is left "
      "alone; name another database, or rename that schema",
      shown));
}

Error taken(const std::string& shown) {
  return invalid(fmt::format(
      "another doorbuster is at work in the database at {}: wait for it, or name another", shown));
}

}  // namespace

class Ledger::Impl {
 public:
  Impl(LedgerOptions given, std::string where)
      : options(std::move(given)),
        shown(std::move(where)),
        connection(with_settings(
            options.url, {{"application_name", "doorbuster-ledger"},
                          {"connect_timeout", std::to_string(connect_seconds(options))}})) {}

  // A ledger that was closed just now holds its lock until its process on the server has ended.
  static bool take_the_lock(pqxx::nontransaction& session) {
    const Duration give_up = steady_now() + kLockWithin;
    while (!at<bool>(session.exec(schema::kLock)[0], 0)) {
      if (steady_now() >= give_up) return false;
      std::this_thread::sleep_for(kLockGlance);
    }
    return true;
  }

  Result<Done> make_schema() {
    pqxx::nontransaction plain(connection);
    if (!take_the_lock(plain)) return taken(shown);
    plain.commit();
    pqxx::work work(connection);
    const pqxx::result found = work.exec(schema::kFind);
    if (!found.empty()) {
      if (at<std::string>(found[0], 0) != schema::kMarker) return not_ours(shown);
      work.exec(schema::kDropTables);
    } else {
      work.exec(schema::kCreate);
      work.exec(schema::kMark + work.quote(std::string(schema::kMarker)));
    }
    work.exec(schema::kCreateTables);
    work.commit();
    return Done{};
  }

  // libpqxx opens a new session by itself where the old one was lost, and our lock went with that.
  // Asked within each transaction that trusts the shop to be ours alone.
  template <class Transaction>
  Result<Done> must_hold_lock(Transaction& transaction) const {
    if (at<bool>(transaction.exec(schema::kHoldsLock)[0], 0)) return Done{};
    return Error(Store::postgres, Cause::connection_lost, true, {},
                 fmt::format("PostgreSQL at {} ended doorbuster's session (did it restart?), so "
                             "that others may have been at work in the shop: run again",
                             shown));
  }

  Result<Done> fill(const Stocking& stocking) {
    pqxx::work work(connection);
    if (const Result<Done> held = must_hold_lock(work); !held) return held;
    work.exec(schema::kLockTimeout);
    work.exec(schema::kEmpty);
    work.exec(schema::kDropCheck);
    if (stocking.check_constraint) work.exec(schema::kAddCheck);
    work.exec(schema::kLogNoChanges);
    if (stocking.log_changes) work.exec(schema::kLogChanges);
    for (const std::string& text : postgres::fill_statements(stocking)) work.exec(text);
    work.commit();
    return Done{};
  }

  static StockLog read_log(pqxx::work& work, const std::vector<OrderRow>& orders) {
    const pqxx::result rows = work.exec(schema::kStockLog);
    std::vector<postgres::LoggedChange> changes;
    changes.reserve(static_cast<std::size_t>(rows.size()));
    for (pqxx::result::size_type i = 0; i < rows.size(); ++i) {
      changes.push_back({ItemId{at<std::int32_t>(rows[i], 0)}, at<Version>(rows[i], 1),
                         at<Version>(rows[i], 2), at<Quantity>(rows[i], 3),
                         at<Quantity>(rows[i], 4)});
    }
    return postgres::stock_log_of(changes, orders);
  }

  // Every trial begins with the same statistics, clean pages and, where we may ask, no checkpoint
  // about to fall due.
  void settle() {
    pqxx::nontransaction plain(connection);
    plain.exec(schema::kSettle);
    if (at<std::string>(plain.exec(schema::kIsSuperuser)[0], 0) == "on") {
      plain.exec(schema::kCheckpoint);
    }
  }

  Result<Done> compare(const Stocking& stocking) {
    pqxx::work work(connection);
    if (const Result<Done> held = must_hold_lock(work); !held) return held;
    const pqxx::result rows = work.exec(schema::kProducts);
    const auto orders = at<std::int64_t>(work.exec(schema::kCountOrders)[0], 0);
    std::map<std::int32_t, postgres::LaidOut> asked;
    for (const StockedItem& item : stocking.items) {
      asked[number(item.item)] = postgres::laid_out(stocking, item.quantity);
    }
    bool same = orders == 0 && asked.size() == stocking.items.size() &&
                static_cast<std::size_t>(rows.size()) == asked.size();
    for (pqxx::result::size_type i = 0; same && i < rows.size(); ++i) {
      const auto found = asked.find(at<std::int32_t>(rows[i], 0));
      const postgres::LaidOut read{at<Quantity>(rows[i], 1), at<Quantity>(rows[i], 5),
                                   at<std::int64_t>(rows[i], 2), at<std::int64_t>(rows[i], 3)};
      same = found != asked.end() && found->second == read && at<Version>(rows[i], 4) == 0;
    }
    if (same) return Done{};
    return Error(Store::postgres, Cause::protocol, true, {},
                 fmt::format("the shop at {} was stocked with {} items and reads back as {} items "
                             "and {} orders, or with other quantities: is somebody else at work in "
                             "the schema 'doorbuster'?",
                             shown, stocking.items.size(), rows.size(), orders));
  }

  struct Sessions {
    std::size_t all = 0;
    std::size_t in_flight = 0;
  };
  Sessions sessions() {
    pqxx::nontransaction plain(connection);
    const pqxx::result rows = plain.exec(schema::kSessions + plain.quote(options.load_name));
    Sessions sessions;
    for (pqxx::result::size_type i = 0; i < rows.size(); ++i) {
      ++sessions.all;
      sessions.in_flight += at<bool>(rows[i], 1);
    }
    return sessions;
  }

  bool await(Duration patience, std::size_t Sessions::*which) {
    const Duration until = steady_now() + patience;
    while (sessions().*which > 0) {
      if (steady_now() >= until) return false;
      ::poll(nullptr, 0, kPollMillis);
    }
    return true;
  }

  void terminate() {
    pqxx::nontransaction plain(connection);
    plain.exec(schema::kTerminate + plain.quote(options.load_name));
  }

  const LedgerOptions options;
  const std::string shown;
  pqxx::connection connection;
};

Ledger::Ledger(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Ledger::~Ledger() = default;

Result<std::unique_ptr<Ledger>> Ledger::open(LedgerOptions options) {
  const auto address = look_at_postgres_address(options.url);
  if (!address) return address.error();
  const auto let_in = postgres::probe(options.url, address->shown, options.connect_within);
  if (!let_in) return let_in.error();
  return guarded(fmt::format("make the schema 'doorbuster' at {}", address->shown),
                 [&]() -> Result<std::unique_ptr<Ledger>> {
                   auto impl = std::make_unique<Impl>(std::move(options), address->shown);
                   const auto made = impl->make_schema();
                   if (!made) return made.error();
                   return std::unique_ptr<Ledger>(new Ledger(std::move(impl)));
                 });
}

Result<Done> Ledger::stock(const Stocking& stocking) {
  return guarded(fmt::format("stock the shop at {}", impl_->shown), [&]() -> Result<Done> {
    if (const Result<Done> filled = impl_->fill(stocking); !filled) return filled;
    impl_->settle();
    return impl_->compare(stocking);
  });
}

Result<Done> Ledger::quiesce(Duration patience) {
  return guarded(fmt::format("wait for the load's sessions at {}", impl_->shown),
                 [&]() -> Result<Done> {
                   // Even an idle session may have a statement before it that it has not read yet:
                   // only its end is the end.
                   impl_->await(patience, &Impl::Sessions::in_flight);
                   impl_->terminate();
                   if (impl_->await(patience, &Impl::Sessions::all)) return Done{};
                   return Error(Store::postgres, Cause::timed_out, true, {},
                                fmt::format("PostgreSQL at {} still has sessions of the load after "
                                            "they were told to end: what they do may commit later",
                                            impl_->shown));
                 });
}

Result<GroundTruth> Ledger::truth(const Stocking& stocking) {
  return guarded(fmt::format("read the books at {}", impl_->shown), [&]() -> Result<GroundTruth> {
    pqxx::work work(impl_->connection);
    work.exec("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY");
    const Result<Done> held = impl_->must_hold_lock(work);
    if (!held) return held.error();
    const pqxx::result products = work.exec(schema::kProducts);
    std::map<ItemId, ItemTruth> rows;
    for (pqxx::result::size_type i = 0; i < products.size(); ++i) {
      ItemTruth& row = rows[ItemId{at<std::int32_t>(products[i], 0)}];
      row.left = at<Quantity>(products[i], 1);
      row.held = at<Quantity>(products[i], 6);
    }
    GroundTruth truth;
    std::map<ItemId, Quantity> asked;
    for (const StockedItem& item : stocking.items) {
      asked[item.item] = item.quantity;
      const auto found = rows.find(item.item);
      if (found == rows.end()) {
        return Error(Store::postgres, Cause::protocol, true, {},
                     fmt::format("item {} is gone from the shop at {}: somebody else is at "
                                 "work in the schema 'doorbuster'",
                                 number(item.item), impl_->shown));
      }
      truth.items.push_back({.item = item.item,
                             .initial = postgres::laid_out(stocking, item.quantity).quantity,
                             .left = found->second.left,
                             .cached = std::nullopt,
                             .held = found->second.held});
    }
    const pqxx::result orders = work.exec(schema::kOrders);
    truth.orders.reserve(static_cast<std::size_t>(orders.size()));
    for (pqxx::result::size_type i = 0; i < orders.size(); ++i) {
      const pqxx::row row = orders[i];
      const ItemId item{at<std::int32_t>(row, 2)};
      if (asked.count(item) == 0) continue;
      OrderRow order{OrderKey{at<std::int64_t>(row, 0)}, BuyerId{at<std::int64_t>(row, 1)}, item,
                     at<Quantity>(row, 3), std::nullopt};
      if (!row[4].is_null()) order.version = at<Version>(row, 4);
      truth.orders.push_back(order);
    }
    if (stocking.log_changes) truth.stock_log = impl_->read_log(work, truth.orders);
    return truth;
  });
}

Result<Done> Ledger::rejoin() {
  return guarded(fmt::format("come back to the shop at {}", impl_->shown), [&]() -> Result<Done> {
    auto renewed = std::make_unique<Impl>(impl_->options, impl_->shown);
    pqxx::nontransaction plain(renewed->connection);
    if (!Impl::take_the_lock(plain)) return taken(impl_->shown);
    plain.commit();
    impl_ = std::move(renewed);
    return Done{};
  });
}

Result<PostgresFacts> Ledger::facts() {
  return guarded(fmt::format("ask PostgreSQL at {} for its settings", impl_->shown),
                 [&]() -> Result<PostgresFacts> {
                   pqxx::nontransaction plain(impl_->connection);
                   PostgresFacts facts;
                   facts.version = at<std::string>(plain.exec(schema::kVersion)[0], 0);
                   facts.started_at = at<std::string>(plain.exec(schema::kStartedAt)[0], 0);
                   const pqxx::result rows = plain.exec(schema::kSettings);
                   for (pqxx::result::size_type i = 0; i < rows.size(); ++i) {
                     facts.settings.emplace_back(at<std::string>(rows[i], 0),
                                                 at<std::string>(rows[i], 1));
                   }
                   std::vector<Duration> trips;
                   for (int i = 0; i < kRoundTrips; ++i) {
                     const Duration begin = steady_now();
                     plain.exec(schema::kRoundTrip);
                     trips.push_back(steady_now() - begin);
                   }
                   std::nth_element(trips.begin(), trips.begin() + kRoundTrips / 2, trips.end());
                   facts.rtt_us = to_micros(trips[kRoundTrips / 2]);
                   return facts;
                 });
}

Result<Done> Ledger::drop() {
  return guarded(fmt::format("remove the schema 'doorbuster' at {}", impl_->shown),
                 [&]() -> Result<Done> {
                   pqxx::work work(impl_->connection);
                   // Held already, unless the session is a new one.
                   if (!at<bool>(work.exec(schema::kLock)[0], 0)) return taken(impl_->shown);
                   work.exec(schema::kLockTimeout);
                   const pqxx::result found = work.exec(schema::kFind);
                   if (found.empty()) return Done{};
                   if (at<std::string>(found[0], 0) != schema::kMarker) {
                     return not_ours(impl_->shown);
                   }
                   work.exec(schema::kDropTables);
                   work.exec(schema::kDrop);
                   work.commit();
                   return Done{};
                 });
}

}  // namespace doorbuster
