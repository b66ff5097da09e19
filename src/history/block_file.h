// A history file that is being written: blocks appended one after another, each with one system
// call where the disk allows it. The first failure is the last: what was written of that block is
// cut off again, so that the file ends with a whole block, and nothing more is written. One thread
// at a time; owns the file.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "base/result.h"
#include "history/block.h"

namespace doorbuster {

class BlockFile {
 public:
  // Makes the file, and its folder where that is missing; an older one of that name is replaced.
  static Result<BlockFile> create(const std::filesystem::path& path);
  ~BlockFile();
  BlockFile(BlockFile&& other) noexcept;
  BlockFile& operator=(BlockFile&&) = delete;

  // Seals the block (seal_block) with the next sequence number and writes it; false: it is not in
  // the file, and trouble() says why.
  bool append(BlockHead head, std::string& block);

  // Closes the file and looks whether it still is where it was made.
  void close();

  const std::filesystem::path& path() const { return path_; }
  std::int64_t bytes() const { return bytes_; }
  std::uint32_t blocks() const { return blocks_; }
  // The first thing that went wrong, in one sentence.
  const std::optional<std::string>& trouble() const { return trouble_; }

 private:
  BlockFile(int file, std::filesystem::path path) : file_(file), path_(std::move(path)) {}
  bool write_all(std::string_view bytes);
  void fail(std::string_view what, int error);

  int file_;
  std::filesystem::path path_;
  std::int64_t bytes_ = 0;
  std::uint32_t blocks_ = 0;
  std::optional<std::string> trouble_;
};

}  // namespace doorbuster
