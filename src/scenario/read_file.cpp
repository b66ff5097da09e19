#include "scenario/read_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace doorbuster {
namespace {

constexpr std::size_t kFirstPart = 64 << 10;  // bytes

class File {
 public:
  explicit File(const std::string& path)
      : fd_(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)) {}
  ~File() {
    if (fd_ >= 0) ::close(fd_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  int fd() const { return fd_; }

 private:
  int fd_;
};

std::string cannot_read(int error, const FileOf& kind) {
  if (error == ENOENT) return fmt::format("there is no such file; {}", kind.when_missing);
  return fmt::format("the file cannot be read: {}", std::strerror(error));
}

}  // namespace

std::string read_file(const std::string& path, const FileOf& kind, std::string& text) {
  const File file(path);
  if (file.fd() < 0) return cannot_read(errno, kind);
  struct stat about {};
  if (::fstat(file.fd(), &about) != 0) return cannot_read(errno, kind);
  if (S_ISDIR(about.st_mode)) return fmt::format("this is a directory; {}", kind.what);
  if (!S_ISREG(about.st_mode)) return fmt::format("this is not a regular file; {}", kind.what);
  const auto limit = static_cast<off_t>(kind.largest);
  if (about.st_size > limit) {
    return fmt::format("the file has {} bytes; {}", about.st_size, kind.limit);
  }
  // One byte more than may be: a file that grows, or one whose size the system does not know.
  const auto size = static_cast<std::size_t>(about.st_size);
  text.resize(std::min(std::max(size, kFirstPart), kind.largest) + 1);
  std::size_t length = 0;
  for (;;) {
    if (length == text.size()) {
      if (length > kind.largest) break;
      text.resize(std::min(2 * length, kind.largest + 1));
    }
    const ssize_t got = ::read(file.fd(), text.data() + length, text.size() - length);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return cannot_read(errno, kind);
    if (got == 0) break;
    length += static_cast<std::size_t>(got);
  }
  text.resize(length);
  return "";
}

}  // namespace doorbuster
