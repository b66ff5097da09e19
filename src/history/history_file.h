// Reads a history file (.dbh): all that is whole, up to the first block that is not. Opening it
// reads it once from end to end and proves every block's checksum, with the memory of one block;
// the operations then stream in order of their starts (operation_stream.h). A HistoryFile is
// constant once it is open: any number of threads may read it, a stream each.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "history/about.h"
#include "history/block.h"
#include "history/gate_rows.h"
#include "history/judged_history.h"

namespace doorbuster {

// A block of the file: its head, and where its payload stands.
struct BlockPlace {
  BlockHead head;
  std::int64_t offset = 0;
};

class HistoryFile {
 public:
  // An error: no such file, no history, or one of which nothing can be read.
  static Result<HistoryFile> open(const std::filesystem::path& path);

  const std::filesystem::path& path() const { return path_; }
  const HistoryAbout& about() const { return about_; }

  // Why this is not a whole history and what of it can be read, in one sentence; none: it is whole.
  const std::optional<std::string>& damage() const { return damage_; }
  // What the writer left out; none in a file that has no end.
  const std::optional<HistoryEnd>& end() const { return end_; }

  std::int64_t operations() const { return operations_; }  // that can be read
  int shards() const { return shards_; }
  const std::vector<BlockPlace>& blocks() const { return blocks_; }

  // All but the operations. An error: it is not in the file, which says why, or the file changed
  // since it was opened.
  Result<JudgedHistory> truth() const;
  // The operations too, in memory, and each order with its operation: all, or all but the views,
  // which are most of them.
  Result<JudgedHistory> read_all() const {
    return read_operations([](const Operation&) { return true; });
  }
  Result<JudgedHistory> read_without_views() const;

  // The payload of a block, proved again; false: the file changed since it was opened.
  bool read_payload(const BlockPlace& block, std::string& payload) const;
  Error changed() const;  // what to say then

 private:
  explicit HistoryFile(std::filesystem::path path) : path_(std::move(path)) {}
  std::optional<std::string> scan(std::int64_t size);
  std::optional<std::string> scan_block(std::int64_t offset, std::int64_t size);
  std::optional<std::string> take(const BlockPlace& block, std::string_view payload);
  std::optional<std::string> check_end(std::int64_t rest) const;
  std::string with_what_is_left(std::string why) const;
  struct Gates {
    std::vector<GateRow> rows;
    std::vector<ReservationRow> reservations;
  };
  using Wanted = bool (*)(const Operation&);
  Result<JudgedHistory> read_operations(Wanted wanted) const;
  Result<Done> add_to(JudgedHistory& history, Gates& gates, const BlockPlace& block) const;
  bool read(std::int64_t offset, std::size_t count, std::string& bytes) const;

  std::filesystem::path path_;
  std::shared_ptr<const int> file_;  // closes it
  std::uint32_t version_ = 0;        // of the format
  HistoryAbout about_;
  std::optional<std::string> damage_;
  std::optional<HistoryEnd> end_;
  std::vector<BlockPlace> blocks_;
  std::int64_t operations_ = 0;
  int shards_ = 0;
};

}  // namespace doorbuster
