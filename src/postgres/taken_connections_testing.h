// Takes the connections of a PostgreSQL server, those that others have too, until none is left.
#pragma once

#include <fmt/format.h>

#include <memory>
#include <pqxx/pqxx>
#include <string>
#include <vector>

namespace doorbuster::postgres {

class TakenConnections {
 public:
  explicit TakenConnections(std::string url) : url_(std::move(url)) {}

  // Takes one more, or ends those of others so that there is one; whether `limit` are taken.
  bool are_all(std::size_t limit) {
    try {
      taken_.push_back(std::make_unique<pqxx::connection>(url_));
    } catch (const pqxx::broken_connection&) {
      if (!taken_.empty()) end_the_others();
    }
    return taken_.size() == limit;
  }

 private:
  void end_the_others() {
    std::string own = "0";
    for (const auto& connection : taken_) own += fmt::format(",{}", connection->backendpid());
    pqxx::nontransaction(*taken_.front())
        .exec(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE backend_type = 'client backend' AND pid NOT IN (" +
            own + ")");
  }

  std::string url_;
  std::vector<std::unique_ptr<pqxx::connection>> taken_;
};

}  // namespace doorbuster::postgres
