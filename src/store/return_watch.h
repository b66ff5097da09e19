// ReturnWatch, a Database that holds a Database: it knows when units were last returned to stock,
// for the audit, which must not blame a refusal that came before. By the harness's clock, at the
// answer to the statement that returned them; what is wrapped outlives it. One thread.
#pragma once

#include "base/clock.h"
#include "store/database.h"

namespace doorbuster {

class ReturnWatch : public Database {
 public:
  ReturnWatch(Database& inner, Clock& clock) : inner_(inner), clock_(clock) {}

  Task<DatabaseReply> execute(DatabaseOperation operation) override {
    if (!may_return(operation)) co_return co_await inner_.execute(operation);
    ++in_flight_;
    Result<DatabaseReply> reply = co_await inner_.execute(operation);
    --in_flight_;
    // What had no answer may still happen at any time.
    if (!reply && !reply.error().definite()) ++lost_;
    if (reply && returned(*reply)) last_ = clock_.now();
    co_return reply;
  }

  // Nothing: nothing was ever returned. kNever: a statement that may return something, or did, has
  // no answer.
  std::optional<Instant> last_return() const { return in_flight_ + lost_ > 0 ? kNever : last_; }

  // Whether such a statement is under way: who ends its asker now will never know.
  bool waits() const { return in_flight_ > 0; }

 private:
  static bool may_return(const DatabaseOperation& operation) {
    return std::holds_alternative<ReleaseHold>(operation) ||
           std::holds_alternative<SweepHolds>(operation) ||
           std::holds_alternative<ReturnUnits>(operation);
  }
  static bool returned(const DatabaseReply& reply) {
    if (const auto* rows = std::get_if<RowCount>(&reply)) return rows->rows > 0;
    return std::get<SweepHolds::Reply>(reply).holds > 0;
  }

  Database& inner_;
  Clock& clock_;
  std::int64_t in_flight_ = 0;  // or of an asker who is gone
  std::int64_t lost_ = 0;
  std::optional<Instant> last_;
};

}  // namespace doorbuster
