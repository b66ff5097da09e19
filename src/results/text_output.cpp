#include "results/text_output.h"

#include <cerrno>
#include <cstring>
#include <system_error>

namespace doorbuster {
namespace fs = std::filesystem;
namespace {

Error cannot_write(const fs::path& path, int error) {
  return system_error(fmt::format("cannot write {}: {}", path.empty() ? "to stdout" : path.string(),
                                  std::strerror(error)));
}

}  // namespace

Result<TextOutput> TextOutput::create(const fs::path& path) {
  std::error_code error;
  if (path.has_parent_path()) fs::create_directories(path.parent_path(), error);
  TextOutput output;
  output.path_ = path;
  output.temporary_ = path;
  output.temporary_ += ".tmp";
  output.file_.reset(std::fopen(output.temporary_.c_str(), "wbe"));
  if (output.file_ == nullptr) return cannot_write(path, errno);
  return output;
}

TextOutput TextOutput::to_stdout() { return {}; }

TextOutput::~TextOutput() {
  if (file_ == nullptr) return;
  std::error_code ignored;
  fs::remove(temporary_, ignored);
}

void TextOutput::write() {
  std::FILE* const to = file_ == nullptr ? stdout : file_.get();
  if (error_ == 0 && std::fwrite(text_.data(), 1, text_.size(), to) != text_.size()) {
    error_ = errno;
  }
  text_.clear();
}

Result<Done> TextOutput::finish() {
  write();
  if (file_ == nullptr) {
    if (error_ == 0 && std::fflush(stdout) != 0) error_ = errno;
  } else {
    if (std::fclose(file_.release()) != 0 && error_ == 0) error_ = errno;
    if (error_ == 0 && std::rename(temporary_.c_str(), path_.c_str()) != 0) error_ = errno;
    std::error_code ignored;
    if (error_ != 0) fs::remove(temporary_, ignored);
  }
  if (error_ != 0) return cannot_write(path_, error_);
  return Done{};
}

}  // namespace doorbuster
