#include "measure/hdr_encoding.h"

#include <fmt/format.h>
#include <zlib.h>

#include <bit>
#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

#include "base/big_endian.h"
#include "base/check.h"
#include "measure/base64.h"

namespace doorbuster {
namespace {

using Bytes = std::vector<unsigned char>;

constexpr std::uint32_t kCookie = 0x1c849313;  // V2, counts in ZigZag LEB128 of up to 9 bytes
constexpr std::uint32_t kCompressedCookie = 0x1c849314;
constexpr std::uint32_t kDigits = 3;
constexpr std::uint64_t kLowestDiscernible = 1;
constexpr std::size_t kHeader = 40;
constexpr std::size_t kCompressedHeader = 8;
constexpr std::size_t kLongestCount = 9;
constexpr std::size_t kLongest = kHeader + kLongestCount * Histogram::kSlots;
constexpr std::size_t kLongestText =
    2 * kLongest;  // base64 of what deflate could not shorten, and room

template <class Unsigned>
void put(Bytes& out, Unsigned value) {
  for (int shift = std::numeric_limits<Unsigned>::digits - 8; shift >= 0; shift -= 8) {
    out.push_back(static_cast<unsigned char>(value >> shift));
  }
}

// Seven bits a byte, lowest first; a ninth byte holds eight.
void put_zigzag(Bytes& out, std::int64_t value) {
  auto rest = (static_cast<std::uint64_t>(value) << 1) ^ static_cast<std::uint64_t>(value >> 63);
  for (std::size_t i = 1; i < kLongestCount && rest > 0x7f; ++i) {
    out.push_back(static_cast<unsigned char>(rest | 0x80));
    rest >>= 7;
  }
  out.push_back(static_cast<unsigned char>(rest));
}

// The slots up to the last that is not empty; a run of empty ones is one negative number.
Bytes pack_slots(std::span<const Histogram::Slot> slots) {
  while (!slots.empty() && slots.back() == 0) slots = slots.first(slots.size() - 1);
  Bytes packed;
  for (std::size_t i = 0; i < slots.size();) {
    std::size_t end = i;
    while (slots[end] == 0) ++end;  // the last slot is not empty
    if (end - i > 1) {
      put_zigzag(packed, -static_cast<std::int64_t>(end - i));
      i = end;
    } else {
      put_zigzag(packed, slots[i++]);
    }
  }
  if (packed.empty()) put_zigzag(packed, 0);  // Java writes the first slot of an empty histogram
  return packed;
}

// Reads forward; after an end too early, every further read is empty.
class Reader {
 public:
  explicit Reader(std::span<const unsigned char> bytes) : bytes_(bytes) {}

  bool at_end() const { return bytes_.empty(); }
  std::size_t left() const { return bytes_.size(); }
  std::span<const unsigned char> rest() const { return bytes_; }

  template <class Unsigned>
  std::optional<Unsigned> take() {
    if (bytes_.size() < sizeof(Unsigned)) return std::nullopt;
    const auto value = big_endian_at<Unsigned>(bytes_.data());
    bytes_ = bytes_.subspan(sizeof(Unsigned));
    return value;
  }

  std::optional<std::int64_t> take_zigzag() {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < kLongestCount; ++i) {
      if (i >= bytes_.size()) return std::nullopt;
      const std::uint64_t byte = bytes_[i];
      const bool last = i + 1 == kLongestCount || byte < 0x80;
      value |= (i + 1 == kLongestCount ? byte : byte & 0x7f) << (7 * i);
      if (!last) continue;
      bytes_ = bytes_.subspan(i + 1);
      return static_cast<std::int64_t>((value >> 1) ^ (std::uint64_t{0} - (value & 1)));
    }
    return std::nullopt;
  }

 private:
  std::span<const unsigned char> bytes_;
};

Error unreadable(std::string_view why) {
  return invalid(fmt::format("this is no histogram in HdrHistogram's V2 format: {}", why));
}

// The whole of what deflate packed, unless it is longer than any histogram of ours.
std::optional<Bytes> inflate_bounded(std::span<const unsigned char> packed) {
  Bytes bytes(kLongest);
  uLongf size = bytes.size();
  uLong consumed = packed.size();
  const int status = uncompress2(bytes.data(), &size, packed.data(), &consumed);
  if (status != Z_OK || consumed != packed.size()) return std::nullopt;
  bytes.resize(size);
  return bytes;
}

Result<Histogram> unpack_slots(Reader reader) {
  std::vector<Histogram::Slot> slots;
  while (!reader.at_end()) {
    const auto number = reader.take_zigzag();
    if (!number) return unreadable("it ends within a count");
    const std::size_t room = Histogram::kSlots - slots.size();
    if (*number < 0) {
      const auto run = std::uint64_t{0} - static_cast<std::uint64_t>(*number);
      if (run > room) return unreadable("it has more slots than its range");
      slots.resize(slots.size() + run);
    } else {
      if (room == 0) return unreadable("it has more slots than its range");
      if (*number > std::numeric_limits<Histogram::Slot>::max()) {
        return unreadable("a count is beyond 4294967295");
      }
      slots.push_back(static_cast<Histogram::Slot>(*number));
    }
  }
  return Histogram::from_slots(slots);
}

Result<Histogram> read_uncompressed(std::span<const unsigned char> bytes) {
  Reader reader(bytes);
  const auto cookie = reader.take<std::uint32_t>();
  const auto length = reader.take<std::uint32_t>();
  const auto offset = reader.take<std::uint32_t>();
  const auto digits = reader.take<std::uint32_t>();
  const auto lowest = reader.take<std::uint64_t>();
  const auto highest = reader.take<std::uint64_t>();
  const auto ratio = reader.take<std::uint64_t>();
  if (!ratio) return unreadable("its header is cut short");
  if (*cookie != kCookie) return unreadable("its inner cookie is unknown");
  if (*length != reader.left()) return unreadable("its length is not the one it states");
  if (*digits != kDigits || *lowest != kLowestDiscernible || *offset != 0 ||
      *highest > Histogram::kHighest) {
    return unreadable("its slots are not ours (3 digits, from 1 ns to 73 minutes)");
  }
  return unpack_slots(reader);
}

}  // namespace

std::string encode(const Histogram& histogram) {
  const Bytes slots = pack_slots(histogram.slots());
  Bytes plain;
  plain.reserve(kHeader + slots.size());
  put(plain, kCookie);
  put(plain, static_cast<std::uint32_t>(slots.size()));
  put(plain, std::uint32_t{0});  // normalizing index offset: the slots were not shifted
  put(plain, kDigits);
  put(plain, kLowestDiscernible);
  put(plain, Histogram::kHighest);
  put(plain, std::bit_cast<std::uint64_t>(1.0));  // integer to double value conversion ratio
  plain.insert(plain.end(), slots.begin(), slots.end());

  uLongf size = compressBound(plain.size());
  Bytes packed(size);
  const int status = compress(packed.data(), &size, plain.data(), plain.size());
  CHECK(status == Z_OK, "zlib could not compress {} bytes: {}", plain.size(), status);
  packed.resize(size);

  Bytes whole;
  whole.reserve(kCompressedHeader + packed.size());
  put(whole, kCompressedCookie);
  put(whole, static_cast<std::uint32_t>(packed.size()));
  whole.insert(whole.end(), packed.begin(), packed.end());
  return to_base64(whole);
}

Result<Histogram> decode(std::string_view text) {
  if (text.size() > kLongestText) return unreadable("it is too long");
  const auto bytes = from_base64(text);
  if (!bytes) return unreadable("it is not base64");
  Reader reader(*bytes);
  const auto cookie = reader.take<std::uint32_t>();
  const auto length = reader.take<std::uint32_t>();
  if (!length) return unreadable("it is cut short");
  if (*cookie != kCompressedCookie) return unreadable("its cookie is unknown");
  if (*length != reader.left()) return unreadable("its length is not the one it states");
  const auto plain = inflate_bounded(reader.rest());
  if (!plain) return unreadable("its compressed part is damaged or too long");
  return read_uncompressed(*plain);
}

}  // namespace doorbuster
