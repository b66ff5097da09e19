#include "history/history_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <iterator>
#include <utility>

#include "history/attribution.h"
#include "history/codec.h"

namespace doorbuster {
namespace fs = std::filesystem;
namespace {

constexpr std::array<std::string_view, kLastBlockKind + 1> kKindNames = {
    "nothing",       "the run's name", "operations",   "items",   "orders",
    "stock changes", "gates",          "reservations", "the end", "gate changes"};

std::shared_ptr<const int> owned(int file) {
  return {new int(file), [](const int* held) {
            ::close(*held);
            delete held;
          }};
}

Error unreadable(const fs::path& path, std::string_view why) {
  return invalid(fmt::format("{}: {}", path.string(), why));
}

// "block 17 (operations), at byte 4711".
std::string name_of(const BlockHead& head, std::int64_t offset) {
  return fmt::format("block {} ({}), at byte {}", head.sequence,
                     kKindNames[static_cast<std::size_t>(head.kind)], offset);
}

}  // namespace

Result<HistoryFile> HistoryFile::open(const fs::path& path) {
  std::error_code error;
  if (!fs::exists(path, error)) return unreadable(path, "there is no such file");
  if (!fs::is_regular_file(path, error)) return unreadable(path, "this is no file");
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return system_error(fmt::format("{}: {}", path.string(), std::strerror(errno)));
  HistoryFile history(path);
  history.file_ = owned(file);
  struct stat status {};
  if (::fstat(file, &status) != 0) return unreadable(path, std::strerror(errno));
  std::string front;
  const auto least = std::min<std::int64_t>(status.st_size, kPrologueBytes);
  if (!history.read(0, static_cast<std::size_t>(least), front)) {
    return unreadable(path, "it cannot be read");
  }
  const auto version = check_prologue(front);
  if (!version) return unreadable(path, version.error().message());
  history.version_ = *version;
  auto damage = history.scan(status.st_size);
  // A run that was killed as soon as it had begun wrote no block yet.
  if (history.blocks_.empty() && status.st_size != std::int64_t{kPrologueBytes}) {
    return unreadable(path, fmt::format("{}; nothing of it can be read", *damage));
  }
  if (damage) history.damage_ = history.with_what_is_left(*std::move(damage));
  return history;
}

// What is wrong with the file, at the first place where something is.
std::optional<std::string> HistoryFile::scan(std::int64_t size) {
  std::int64_t offset = kPrologueBytes;
  while (offset < size && !end_) {
    if (auto damage = scan_block(offset, size)) return damage;
    offset = blocks_.back().offset + blocks_.back().head.payload_bytes;
  }
  return check_end(size - offset);
}

std::optional<std::string> HistoryFile::scan_block(std::int64_t offset, std::int64_t size) {
  const auto sequence = static_cast<std::uint32_t>(blocks_.size());
  std::string bytes;
  if (size - offset < static_cast<std::int64_t>(kBlockHeadBytes)) {
    return fmt::format("the file ends after {} bytes, within the head of block {}", size, sequence);
  }
  if (!read(offset, kBlockHeadBytes, bytes)) return fmt::format("byte {} cannot be read", offset);
  const auto head = read_block_head(bytes, sequence);
  if (!head) {
    return fmt::format("block {}, at byte {}: {}", sequence, offset, head.error().message());
  }
  const BlockPlace block{*head, offset + static_cast<std::int64_t>(kBlockHeadBytes)};
  if (size - block.offset < static_cast<std::int64_t>(head->payload_bytes)) {
    return fmt::format("the file ends after {} bytes, within {}", size, name_of(*head, offset));
  }
  if (!read_payload(block, bytes)) return name_of(*head, offset) + " is damaged";
  if (auto damage = take(block, bytes)) return name_of(*head, offset) + ": " + *damage;
  blocks_.push_back(block);
  return std::nullopt;
}

// A sound block, in its place in the file. Its records are decoded when they are asked for.
std::optional<std::string> HistoryFile::take(const BlockPlace& block, std::string_view payload) {
  const BlockHead& head = block.head;
  const BlockKind before = blocks_.empty() ? BlockKind::about : blocks_.back().head.kind;
  const bool in_order = head.kind >= before || head.kind == BlockKind::end;
  if ((head.kind == BlockKind::about) != blocks_.empty() || !in_order) {
    return "it stands in a wrong place";
  }
  if (head.kind == BlockKind::about || head.kind == BlockKind::end) {
    const auto facts = decode_facts(payload, head.records);
    HistoryEnd end;
    const bool sound = facts && (head.kind == BlockKind::about ? from_facts(*facts, about_)
                                                               : from_facts(*facts, end));
    if (!sound) return "what it says makes no sense";
    if (head.kind == BlockKind::end) end_ = end;
  }
  if (head.kind == BlockKind::operations) {
    operations_ += head.records;
    shards_ = std::max(shards_, head.shard + 1);
  }
  return std::nullopt;
}

std::optional<std::string> HistoryFile::check_end(std::int64_t rest) const {
  if (!end_) return "the run that wrote it was cut off, for it has no end";
  if (rest > 0) return fmt::format("{} bytes stand after its end", rest);
  if (end_->operations != operations_) {
    return fmt::format("it was to hold {} operations, and {} are there", end_->operations,
                       operations_);
  }
  return std::nullopt;
}

std::string HistoryFile::with_what_is_left(std::string why) const {
  return fmt::format("{}: {}; {} operations before that can be read, {}", path_.string(), why,
                     operations_,
                     end_ && end_->truth ? "and the ground truth" : "the ground truth cannot");
}

bool HistoryFile::read(std::int64_t offset, std::size_t count, std::string& bytes) const {
  bytes.resize(count);
  std::size_t done = 0;
  while (done < count) {
    const ssize_t got = ::pread(*file_, bytes.data() + done, count - done,
                                offset + static_cast<std::int64_t>(done));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    done += static_cast<std::size_t>(got);
  }
  return true;
}

bool HistoryFile::read_payload(const BlockPlace& block, std::string& payload) const {
  return read(block.offset, block.head.payload_bytes, payload) &&
         sound_payload(block.head, payload);
}

Error HistoryFile::changed() const {
  return unreadable(path_, "it cannot be read any more as it was when it was opened");
}

namespace {

template <class Record>
bool append_to(std::vector<Record>& all, std::string_view payload, const BlockHead& head) {
  std::vector<Record> records;
  if (!decode(payload, head.records, records)) return false;
  all.insert(all.end(), records.begin(), records.end());
  return true;
}

bool append_gates(std::vector<GateRow>& all, std::string_view payload, const BlockHead& head,
                  std::uint32_t version) {
  if (version > 1) return append_to(all, payload, head);
  std::vector<GateRowOfVersion1> rows;
  if (!decode(payload, head.records, rows)) return false;
  for (const GateRowOfVersion1& row : rows) {
    all.push_back({row.item, row.left, row.settled, std::nullopt});
  }
  return true;
}

}  // namespace

Result<JudgedHistory> HistoryFile::truth() const {
  if (!end_ || !end_->truth) {
    return unreadable(path_, end_ ? "the ground truth could not be read when the run ended"
                                  : "it holds no ground truth, for it has no end");
  }
  JudgedHistory truth;
  truth.cache_read = end_->cache_read;
  truth.last_return = end_->last_return;
  truth.last_gate_return = end_->last_gate_return;
  truth.faults = end_->faults;
  Gates gates;
  for (const BlockPlace& block : blocks_) {
    if (block.head.kind == BlockKind::operations) continue;
    if (auto added = add_to(truth, gates, block); !added) return std::move(added).error();
  }
  if (put_gates(gates.rows, gates.reservations, truth.items)) return truth;
  return unreadable(path_, "its gates are of no item that it holds");
}

Result<JudgedHistory> HistoryFile::read_without_views() const {
  return read_operations(
      [](const Operation& operation) { return operation.kind != OperationKind::view; });
}

Result<JudgedHistory> HistoryFile::read_operations(Wanted wanted) const {
  auto history = truth();
  if (!history) return history;
  JudgedHistory of_block;
  Gates none;
  for (const BlockPlace& block : blocks_) {
    if (block.head.kind != BlockKind::operations) continue;
    of_block.operations.clear();
    if (auto added = add_to(of_block, none, block); !added) return std::move(added).error();
    std::ranges::copy_if(of_block.operations, std::back_inserter(history->operations), wanted);
  }
  std::ranges::sort(history->operations, {}, &Operation::op);
  attribute(*history);
  return history;
}

Result<Done> HistoryFile::add_to(JudgedHistory& history, Gates& gates,
                                 const BlockPlace& block) const {
  const BlockHead& head = block.head;
  std::string payload;
  if (!read_payload(block, payload)) return changed();
  bool sound = true;
  if (head.kind == BlockKind::operations) sound = append_to(history.operations, payload, head);
  if (head.kind == BlockKind::items) sound = append_to(history.items, payload, head);
  if (head.kind == BlockKind::orders) sound = append_to(history.orders, payload, head);
  if (head.kind == BlockKind::changes) sound = append_to(history.stock_log, payload, head);
  if (head.kind == BlockKind::gates) sound = append_gates(gates.rows, payload, head, version_);
  if (head.kind == BlockKind::gate_changes) sound = append_to(history.gate_log, payload, head);
  if (head.kind == BlockKind::reservations) sound = append_to(gates.reservations, payload, head);
  if (sound) return Done{};
  return unreadable(path_, name_of(head, block.offset) + " holds what no doorbuster writes");
}

}  // namespace doorbuster
