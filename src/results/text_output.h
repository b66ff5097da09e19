// Text that is too long to be held in memory, on its way to a file or to stdout. A file is written
// under a temporary name and has its own only when all of it was written. One thread at a time.
#pragma once

#include <fmt/format.h>

#include <cstdio>
#include <filesystem>
#include <memory>
#include <utility>

#include "base/result.h"

namespace doorbuster {

class TextOutput {
 public:
  // Its folder is made too.
  static Result<TextOutput> create(const std::filesystem::path& path);
  static TextOutput to_stdout();
  ~TextOutput();
  TextOutput(TextOutput&&) noexcept = default;
  TextOutput& operator=(TextOutput&&) = delete;

  template <class... Args>
  void add(fmt::format_string<Args...> form, Args&&... args) {
    fmt::format_to(std::back_inserter(text_), form, std::forward<Args>(args)...);
    if (text_.size() >= kMostHeld) write();
  }

  // Writes the rest and gives the file its name; an error: of any write since create().
  Result<Done> finish();

 private:
  static constexpr std::size_t kMostHeld = 1 << 16;

  TextOutput() = default;
  void write();

  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  std::unique_ptr<std::FILE, Close> file_;  // none: stdout
  std::filesystem::path path_;
  std::filesystem::path temporary_;
  fmt::memory_buffer text_;
  int error_ = 0;  // errno of the first write that failed
};

}  // namespace doorbuster
