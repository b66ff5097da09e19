#include "base/result.h"

namespace doorbuster {

std::string_view to_string(Store store) {
  switch (store) {
    case Store::none:
      return "none";
    case Store::redis:
      return "redis";
    case Store::postgres:
      return "postgres";
  }
  return "none";
}

std::string_view to_string(Cause cause) {
  switch (cause) {
    case Cause::refused_by_server:
      return "refused by server";
    case Cause::duplicate_key:
      return "duplicate key";
    case Cause::timed_out:
      return "timed out";
    case Cause::connection_lost:
      return "connection lost";
    case Cause::not_connected:
      return "not connected";
    case Cause::breaker_open:
      return "breaker open";
    case Cause::protocol:
      return "protocol error";
    case Cause::invalid:
      return "invalid input";
    case Cause::system:
      return "system error";
  }
  return "system error";
}

Error::Error(Store store, Cause cause, bool certain, std::string code, std::string message)
    : store_(store),
      cause_(cause),
      certain_(certain),
      words_(std::make_shared<const Words>(Words{std::move(code), std::move(message)})) {}

Error Error::with_message(std::string message) const {
  return {store_, cause_, certain_, words_->code, std::move(message)};
}

Error Error::as_definite() const {
  Error copy = *this;
  copy.certain_ = true;
  return copy;
}

Error Error::as_indefinite() const {
  Error copy = *this;
  copy.certain_ = false;
  return copy;
}

Error invalid(std::string message) {
  return {Store::none, Cause::invalid, true, {}, std::move(message)};
}

Error system_error(std::string message) {
  return {Store::none, Cause::system, true, {}, std::move(message)};
}

}  // namespace doorbuster
