// What is wrong with a scenario: one sentence, and where it stands. All problems of a file are
// collected before any is reported. Thread-compatible; owns all.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace doorbuster {

// Where a value stands: a line of the file, or a flag of the command line (line 0).
struct Origin {
  std::string file;
  int line = 0;
};

struct Problem {
  std::string file;  // or the flag, "--set load.rate=0"
  int line = 0;      // 0: the whole file, or a flag
  std::string message;
};

// "flash-sale.toml:12: unknown key load.durration; did you mean load.duration?"
std::string to_string(const Problem& problem);

// Text of a stranger made fit for a terminal: what steers it and what is
// no UTF-8 is escaped, and it is cut at `limit` bytes.
std::string printable(std::string_view text, std::size_t limit = 60);

// As a string of TOML: in quotes, escaped where it must be.
std::string quoted(std::string_view text);

class Problems {
 public:
  explicit Problems(std::string file) : file_(std::move(file)) {}

  void add(const Origin& where, std::string message);
  bool any() const { return !found_.empty(); }
  bool full() const { return found_.size() >= kKept; }  // what follows is counted, not kept
  const std::string& file() const { return file_; }

  std::vector<Problem> sorted() const;  // the file's by line, then the flags'

 private:
  static constexpr std::size_t kKept = 100;

  std::string file_;
  std::vector<Problem> found_;
  std::size_t more_ = 0;
};

}  // namespace doorbuster
