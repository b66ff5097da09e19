#include "postgres/probe.h"

#include <libpq-fe.h>
#include <poll.h>

#include <array>
#include <memory>

#include "postgres/errors.h"

namespace doorbuster::postgres {
namespace {

void ignore_notice(void*, const PGresult*) {}

}  // namespace

Result<Done> probe(const std::string& url, const std::string& shown, Duration within) {
  const Duration until = steady_now() + within;
  const std::array<const char*, 3> keywords = {"dbname", "application_name", nullptr};
  const std::array<const char*, 3> values = {url.c_str(), "doorbuster", nullptr};
  const std::unique_ptr<PGconn, decltype(&PQfinish)> connection(
      PQconnectStartParams(keywords.data(), values.data(), 1), &PQfinish);
  CHECK(connection != nullptr, "out of memory");
  PQsetErrorVerbosity(connection.get(), PQERRORS_VERBOSE);
  PQsetNoticeReceiver(connection.get(), &ignore_notice, nullptr);
  PostgresPollingStatusType next = PGRES_POLLING_WRITING;
  if (PQstatus(connection.get()) == CONNECTION_BAD) next = PGRES_POLLING_FAILED;
  while (next == PGRES_POLLING_READING || next == PGRES_POLLING_WRITING) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - steady_now()).count();
    if (left <= 0) return connect_timed_out(shown, to_seconds(within));
    pollfd socket{PQsocket(connection.get()),
                  static_cast<short>(next == PGRES_POLLING_READING ? POLLIN : POLLOUT), 0};
    if (::poll(&socket, 1, static_cast<int>(left)) > 0) next = PQconnectPoll(connection.get());
  }
  if (next != PGRES_POLLING_OK) return connect_error(shown, PQerrorMessage(connection.get()));
  return Done{};
}

}  // namespace doorbuster::postgres
