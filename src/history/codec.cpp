#include "history/codec.h"

#include <optional>
#include <type_traits>

#include "history/little_endian.h"

namespace doorbuster {
namespace {

// ---- the fields of each record, in the order in which they stand in the file

template <class Visitor, class Record>
requires std::is_same_v<std::remove_const_t<Record>, Operation>
void each_field(Visitor& visit, Record& record) {
  visit(record.key);
  visit(record.buyer);
  visit(record.scheduled);
  visit(record.started);
  visit(record.finished);
  visit(record.op);
  visit(record.item);
  visit(record.quantity);
  visit(record.value);
  visit(record.version);
  visit.word(record.kind, OperationKind::release);
  visit.word(record.outcome, Answer::unknown);
  visit.word(record.source, AnswerSource::gate);
  visit(record.attempt);
}

template <class Visitor, class Record>
requires std::is_same_v<std::remove_const_t<Record>, ItemTruth>
void each_field(Visitor& visit, Record& record) {
  visit(record.item);
  visit(record.initial);
  visit(record.left);
  visit(record.cached);
  visit(record.held);
}

template <class Visitor, class Record>
requires std::is_same_v<std::remove_const_t<Record>, GateRow>
void each_field(Visitor& visit, Record& record) {
  visit(record.item);
  visit(record.left);
  visit(record.settled);
  visit(record.sequence);
}

template <class Visitor, class Record>
requires std::is_same_v<std::remove_const_t<Record>, GateRowOfVersion1>
void each_field(Visitor& visit, Record& record) {
  visit(record.item);
  visit(record.left);
  visit(record.settled);
}

template <class Visitor, class Record>
requires std::is_same_v<std::remove_const_t<Record>, GateChange>
void each_field(Visitor& visit, Record& record) {
  visit(record.item);
  visit(record.sequence);
  visit(record.before);
  visit(record.after);
  visit(record.key);
  visit(record.asked);
  visit(record.answered);
}

template <class Visitor, class Record>
requires std::is_same_v<std::remove_const_t<Record>, ReservationRow>
void each_field(Visitor& visit, Record& record) {
  visit(record.item);
  visit(record.key);
  visit(record.quantity);
  visit(record.age);
}

template <class Visitor, class Record>
requires std::is_same_v<std::remove_const_t<Record>, StockChange>
void each_field(Visitor& visit, Record& record) {
  visit(record.item);
  visit(record.version);
  visit(record.before);
  visit(record.after);
  visit(record.op);
}

template <class Visitor, class Record>
requires std::is_same_v<std::remove_const_t<Record>, PlacedOrder>
void each_field(Visitor& visit, Record& record) {
  visit(record.order);
  visit(record.key);
  visit(record.buyer);
  visit(record.op);
  visit(record.item);
  visit(record.quantity);
  visit(record.version);
}

// ---- what is done with a field

struct Measure {
  std::size_t bytes = 0;

  template <class Field>
  void operator()(const Field&) {
    bytes += sizeof(Field);
  }
  template <class Number>
  void operator()(const std::optional<Number>&) {
    bytes += 1 + sizeof(Number);
  }
  template <class Word>
  void word(const Word&, Word) {
    ++bytes;
  }
};

struct Put {
  char* at;

  template <class Field>
  void operator()(const Field& field) {
    if constexpr (std::is_enum_v<Field>) {
      put_number(at, number(field));
    } else {
      put_number(at, field);
    }
  }
  void operator()(const Instant& field) { put_number(at, since_start(field).count()); }
  void operator()(const Duration& field) { put_number(at, field.count()); }
  template <class Number>
  void operator()(const std::optional<Number>& field) {
    put_number(at, static_cast<std::uint8_t>(field.has_value()));
    (*this)(field.value_or(Number{}));
  }
  template <class Word>
  void word(const Word& field, Word) {
    put_number(at, static_cast<std::uint8_t>(field));
  }
};

struct Take {
  const char* at;
  bool sound = true;

  template <class Field>
  void operator()(Field& field) {
    if constexpr (std::is_enum_v<Field>) {
      field = static_cast<Field>(take_number<std::underlying_type_t<Field>>(at));
    } else {
      field = take_number<Field>(at);
    }
  }
  void operator()(Instant& field) { field = Instant(Duration(take_number<std::int64_t>(at))); }
  void operator()(Duration& field) { field = Duration(take_number<std::int64_t>(at)); }
  template <class Number>
  void operator()(std::optional<Number>& field) {
    const auto present = take_number<std::uint8_t>(at);
    Number there{};
    (*this)(there);
    sound = sound && present <= 1 && (present == 1 || there == Number{});
    field = present == 1 ? std::optional(there) : std::nullopt;
  }
  template <class Word>
  void word(Word& field, Word last) {
    const auto value = take_number<std::uint8_t>(at);
    sound = sound && value <= static_cast<std::uint8_t>(last);
    field = static_cast<Word>(value);
  }
};

}  // namespace

template <class Record>
std::size_t encoded_size() {
  Measure measure;
  const Record record{};
  each_field(measure, record);
  return measure.bytes;
}

template <class Record>
void encode(std::span<const Record> records, std::string& payload) {
  const std::size_t before = payload.size();
  payload.resize(before + records.size() * encoded_size<Record>());
  Put put{payload.data() + before};
  for (const Record& record : records) each_field(put, record);
}

template <class Record>
bool decode(std::string_view payload, std::size_t count, std::vector<Record>& records) {
  records.clear();
  if (payload.size() != count * encoded_size<Record>()) return false;
  records.resize(count);
  Take take{payload.data()};
  for (Record& record : records) each_field(take, record);
  return take.sound;
}

#define DOORBUSTER_RECORD(Record)                                      \
  template std::size_t encoded_size<Record>();                         \
  template void encode<Record>(std::span<const Record>, std::string&); \
  template bool decode<Record>(std::string_view, std::size_t, std::vector<Record>&)
DOORBUSTER_RECORD(Operation);
DOORBUSTER_RECORD(ItemTruth);
DOORBUSTER_RECORD(GateRow);
DOORBUSTER_RECORD(GateRowOfVersion1);
DOORBUSTER_RECORD(GateChange);
DOORBUSTER_RECORD(ReservationRow);
DOORBUSTER_RECORD(StockChange);
DOORBUSTER_RECORD(PlacedOrder);
#undef DOORBUSTER_RECORD

// ---- facts

namespace {

constexpr std::size_t kLongestWord = 0xFFFF;

void put_word(std::string_view word, std::string& payload) {
  word = word.substr(0, kLongestWord);
  char length[2];
  char* at = length;
  put_number(at, static_cast<std::uint16_t>(word.size()));
  payload.append(length, sizeof(length)).append(word);
}

std::optional<std::string> take_word(std::string_view& payload) {
  if (payload.size() < 2) return std::nullopt;
  const char* at = payload.data();
  const auto length = take_number<std::uint16_t>(at);
  payload.remove_prefix(2);
  if (payload.size() < length) return std::nullopt;
  std::string word(payload.substr(0, length));
  payload.remove_prefix(length);
  return word;
}

}  // namespace

void encode(const HistoryFacts& facts, std::string& payload) {
  for (const auto& [name, value] : facts) {
    put_word(name, payload);
    put_word(value, payload);
  }
}

std::optional<HistoryFacts> decode_facts(std::string_view payload, std::size_t count) {
  HistoryFacts facts;
  for (std::size_t i = 0; i < count; ++i) {
    auto name = take_word(payload);
    auto value = name ? take_word(payload) : std::nullopt;
    if (!value || !facts.emplace(*std::move(name), *std::move(value)).second) return std::nullopt;
  }
  if (!payload.empty()) return std::nullopt;
  return facts;
}

}  // namespace doorbuster
