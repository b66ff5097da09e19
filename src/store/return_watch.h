// Who knows when units last came back, for the audit, which must not blame a refusal that came
// before: ReturnWatch, a Database that holds a Database, of those that came back to stock; of those
// that came back to a gate, store/gate_watch.h. By the harness's clock, at the answer to the
// operation that returned them; what is wrapped outlives it. One thread.
#pragma once

#include <optional>

#include "base/clock.h"
#include "store/database.h"

namespace doorbuster {

class Returns {
 public:
  explicit Returns(Clock& clock) : clock_(clock) {}

  void asked() { ++in_flight_; }
  // What had no answer may still happen at any time.
  void answered(bool known, bool returned) {
    --in_flight_;
    if (!known) ++lost_;
    if (returned) last_ = clock_.now();
  }

  // Nothing: nothing was ever returned. kNever: an operation that may return something, or did, has
  // no answer.
  std::optional<Instant> last() const { return in_flight_ + lost_ > 0 ? kNever : last_; }

  // Whether such an operation is under way: who ends its asker now will never know.
  bool waits() const { return in_flight_ > 0; }

 private:
  Clock& clock_;
  std::int64_t in_flight_ = 0;  // or of an asker who is gone
  std::int64_t lost_ = 0;
  std::optional<Instant> last_;
};

class ReturnWatch : public Database {
 public:
  ReturnWatch(Database& inner, Clock& clock) : inner_(inner), returns_(clock) {}

  Task<DatabaseReply> execute(DatabaseOperation operation) override {
    return may_return(operation) ? watch(operation) : inner_.execute(operation);
  }

  const Returns& returns() const { return returns_; }

 private:
  Task<DatabaseReply> watch(DatabaseOperation operation) {
    returns_.asked();
    Result<DatabaseReply> reply = co_await inner_.execute(operation);
    returns_.answered(reply || reply.error().definite(), reply && returned(*reply));
    co_return reply;
  }
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
  Returns returns_;
};

}  // namespace doorbuster
