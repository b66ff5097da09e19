// Result<T>: a value or an Error. Failures on the measured path are values, never exceptions, and
// each says whether it is certain: a definite error surely changed nothing on the server, an
// indefinite one may have (a reply that never came). Thread-compatible; owns what it holds. Source
// of the distinction: Maelstrom's definite and indefinite errors.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "base/check.h"

namespace doorbuster {

enum class Store : unsigned char { none, redis, postgres };
std::string_view to_string(Store store);

enum class Cause : unsigned char {
  refused_by_server,  // the server answered with an error; `code` has its name (SQLSTATE, ERR, OOM)
  duplicate_key,      // PostgreSQL 23505: this order was placed before
  timed_out,          // no answer within the operation's deadline
  connection_lost,    // the connection ended while the operation was on its way
  not_connected,      // no connection to send it on; nothing was sent
  breaker_open,       // a circuit breaker held it back; nothing was sent
  protocol,           // the server's answer made no sense
  invalid,            // bad input or a bad file: usage, not a store
  system,             // the operating system said no
};
std::string_view to_string(Cause cause);

// Small on purpose: a Result stands in every coroutine frame, so the words are behind one pointer.
class Error {
 public:
  Error(Store store, Cause cause, bool certain, std::string code, std::string message);

  Store store() const { return store_; }
  Cause cause() const { return cause_; }
  bool definite() const { return certain_; }                // true: surely nothing was changed
  const std::string& code() const { return words_->code; }  // SQLSTATE, Redis error word, or ""
  const std::string& message() const { return words_->message; }  // one sentence, never a password

  // The same failure, told with more context or judged anew by who knows more.
  Error with_message(std::string message) const;
  Error as_definite() const;
  Error as_indefinite() const;

 private:
  struct Words {
    std::string code;
    std::string message;
  };
  Store store_;
  Cause cause_;
  bool certain_;
  std::shared_ptr<const Words> words_;
};

// A usage or environment error: nothing was started, one sentence says what, where and what to do.
Error invalid(std::string message);
Error system_error(std::string message);

// The reply type of operations that answer nothing but "done".
struct Done {
  friend bool operator==(Done, Done) { return true; }
};

template <class T>
class [[nodiscard]] Result {
 public:
  using value_type = T;

  Result(T value) : held_(std::in_place_index<0>, std::move(value)) {}      // NOLINT: implicit
  Result(Error error) : held_(std::in_place_index<1>, std::move(error)) {}  // NOLINT: implicit

  bool ok() const { return held_.index() == 0; }
  explicit operator bool() const { return ok(); }

  // REQUIRES: ok()
  T& value() & { return require_ok(), std::get<0>(held_); }
  const T& value() const& { return require_ok(), std::get<0>(held_); }
  T&& value() && { return require_ok(), std::get<0>(std::move(held_)); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  // REQUIRES: !ok()
  const Error& error() const& {
    CHECK(!ok(), "error() of a Result that holds a value");
    return std::get<1>(held_);
  }
  Error&& error() && {
    CHECK(!ok(), "error() of a Result that holds a value");
    return std::get<1>(std::move(held_));
  }

 private:
  void require_ok() const {
    CHECK(ok(), "value() of a Result that holds an error: {}", std::get<1>(held_).message());
  }

  std::variant<T, Error> held_;
};

}  // namespace doorbuster
