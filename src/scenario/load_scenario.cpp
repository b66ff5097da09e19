#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "scenario/parse.h"

namespace doorbuster {
namespace {

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

std::string cannot_read(int error) {
  if (error == ENOENT) {
    return "there is no such file; `doorbuster list scenarios` shows those that come with it";
  }
  return fmt::format("the file cannot be read: {}", std::strerror(error));
}

// The file's bytes into `text`; a sentence where that cannot be.
std::string read_file(const std::string& path, std::string& text) {
  const File file(path);
  if (file.fd() < 0) return cannot_read(errno);
  struct stat about {};
  if (::fstat(file.fd(), &about) != 0) return cannot_read(errno);
  if (S_ISDIR(about.st_mode)) return "this is a directory; a scenario is one TOML file";
  if (!S_ISREG(about.st_mode)) return "this is not a regular file; a scenario is one TOML file";
  const auto limit = static_cast<off_t>(kLargestScenario);
  if (about.st_size > limit) {
    return fmt::format("the file has {} bytes; a scenario has at most 1 MiB", about.st_size);
  }
  // One byte more than may be: a file that grows, or one whose size the system does not know.
  text.resize(kLargestScenario + 1);
  std::size_t length = 0;
  while (length < text.size()) {
    const ssize_t got = ::read(file.fd(), text.data() + length, text.size() - length);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return cannot_read(errno);
    if (got == 0) break;
    length += static_cast<std::size_t>(got);
  }
  text.resize(length);
  return "";
}

}  // namespace

ParsedScenario load_scenario(const std::string& path, const Vocabulary& vocabulary,
                             const std::vector<Override>& overrides) {
  std::string text;
  const std::string wrong = read_file(path, text);
  if (!wrong.empty()) return std::vector<Problem>{{printable(path, 300), 0, wrong}};
  return parse_scenario(text, path, vocabulary, overrides);
}

}  // namespace doorbuster
