#include "history/block_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace doorbuster {
namespace fs = std::filesystem;

Result<BlockFile> BlockFile::create(const fs::path& path) {
  std::error_code error;
  if (path.has_parent_path()) fs::create_directories(path.parent_path(), error);
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (file < 0) {
    return system_error(
        fmt::format("cannot write the history {}: {}", path.string(), std::strerror(errno)));
  }
  BlockFile made(file, path);
  if (!made.write_all(prologue())) return system_error(*made.trouble());
  return made;
}

BlockFile::BlockFile(BlockFile&& other) noexcept
    : file_(std::exchange(other.file_, -1)),
      path_(std::move(other.path_)),
      bytes_(other.bytes_),
      blocks_(other.blocks_),
      trouble_(std::move(other.trouble_)) {}

BlockFile::~BlockFile() {
  if (file_ >= 0) ::close(file_);
}

bool BlockFile::append(BlockHead head, std::string& block) {
  if (trouble_) return false;
  head.sequence = blocks_;
  seal_block(head, block);
  if (!write_all(block)) return false;
  ++blocks_;
  return true;
}

bool BlockFile::write_all(std::string_view bytes) {
  std::int64_t place = bytes_;
  while (!bytes.empty()) {
    const ssize_t written = ::pwrite(file_, bytes.data(), bytes.size(), place);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) {
      fail("cannot write", written < 0 ? errno : EIO);
      return false;
    }
    bytes.remove_prefix(static_cast<std::size_t>(written));
    place += written;
  }
  bytes_ = place;
  return true;
}

void BlockFile::fail(std::string_view what, int error) {
  if (trouble_) return;
  trouble_ = fmt::format("{} the history {}: {}", what, path_.string(), std::strerror(error));
  if (::ftruncate(file_, bytes_) != 0) {
    *trouble_ += "; its last block is cut short";
  }
}

void BlockFile::close() {
  struct stat written {};
  struct stat there {};
  const bool known = ::fstat(file_, &written) == 0;
  if (::close(std::exchange(file_, -1)) != 0 && !trouble_) {
    trouble_ = fmt::format("cannot write the history {}: {}", path_.string(), std::strerror(errno));
  }
  const bool same = known && ::stat(path_.c_str(), &there) == 0 && written.st_ino == there.st_ino &&
                    written.st_dev == there.st_dev;
  if (!same && !trouble_) {
    trouble_ = fmt::format("the history {} was removed while it was written", path_.string());
  }
}

}  // namespace doorbuster
