// A stranger's file into memory: its kind and its size are looked at before its content. Any
// thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace doorbuster {

// What the file is to be, in the words of a refusal.
struct FileOf {
  std::size_t largest = 0;        // bytes
  std::string_view what;          // "a scenario is one TOML file"
  std::string_view limit;         // "a scenario has at most 1 MiB"
  std::string_view when_missing;  // where to look instead
};

// The file's bytes into `text`; a sentence where that cannot be, else "".
std::string read_file(const std::string& path, const FileOf& kind, std::string& text);

}  // namespace doorbuster
