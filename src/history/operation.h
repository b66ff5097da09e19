// One operation of a history: a view, an attempt at a purchase, or a return of units, as its buyer
// saw it; the columns are those of operations.csv (results/README.md). Times are since the run
// began. One operation precedes another when it finished before the other started; equal times are
// concurrent. 64 bytes, because a history has millions: what is not known has a value of its own
// beside the fields.
#pragma once

#include <cstdint>
#include <limits>
#include <string_view>

#include "base/ids.h"
#include "base/time.h"

namespace doorbuster {

// Unique in a history, 0 to 4,294,967,294.
enum class OperationId : std::uint32_t {};
inline constexpr OperationId kNoOperation{std::numeric_limits<std::uint32_t>::max()};

inline constexpr OrderKey kNoKey{-1};
inline constexpr std::int32_t kNoStock = std::numeric_limits<std::int32_t>::min();
inline constexpr std::int32_t kNoVersion = -1;

enum class OperationKind : unsigned char { view, buy, release };

// What the buyer was told. Unknown: no answer came, it may have been done.
enum class Answer : unsigned char { ok, sold_out, refused, failed, unknown };

// Who answered; `unnamed` where that is not known.
enum class AnswerSource : unsigned char { unnamed, cache, database, gate };

constexpr std::string_view to_string(OperationKind kind) {
  constexpr std::string_view names[] = {"view", "buy", "release"};
  return names[static_cast<std::size_t>(kind)];
}
constexpr std::string_view to_string(Answer answer) {
  constexpr std::string_view names[] = {"ok", "sold_out", "refused", "failed", "unknown"};
  return names[static_cast<std::size_t>(answer)];
}
constexpr std::string_view to_string(AnswerSource source) {
  constexpr std::string_view names[] = {"", "cache", "database", "gate"};
  return names[static_cast<std::size_t>(source)];
}

struct Operation {
  OrderKey key = kNoKey;  // of the purchase intent, the same for all its attempts
  BuyerId buyer{};        // the session, for what a session is promised
  Instant scheduled{};
  Instant started{};
  Instant finished = kNever;  // kNever exactly where the outcome is unknown
  OperationId op = kNoOperation;
  ItemId item{};
  std::int32_t quantity = 1;
  // Stock that a view showed, or that an ok purchase left, and its version. Of a purchase that a
  // gate alone answered, yes or no: what the gate had left, and the number of its last change.
  std::int32_t value = kNoStock;
  std::int32_t version = kNoVersion;
  OperationKind kind = OperationKind::view;
  Answer outcome = Answer::unknown;
  AnswerSource source = AnswerSource::unnamed;
  std::uint8_t attempt = 1;  // of the intent, from 1; 255 stands for all that came later

  friend bool operator==(const Operation&, const Operation&) = default;
};
static_assert(sizeof(Operation) == 64);

}  // namespace doorbuster
