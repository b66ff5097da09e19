// The folder of a run: <root>/<UTC time>-<scenario>-<6 hex>/, and <root>/latest, a link to the
// newest. A file is written under a temporary name and renamed, so that a reader sees the old one
// or the new one, and a full disk leaves the old one. One thread at a time. Errors say what, where
// and what to do; they are usage or environment errors.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "results/result.h"

namespace doorbuster {

inline constexpr std::string_view kDefaultResultsRoot = "results/runs";

class RunFolder {
 public:
  // Makes the folder (and its parents) and proves that it can be written, before anything starts.
  // `started_at` is a time as utc_now() gives it, `chance` makes the name unique, and is counted up
  // where that name is taken; the name is run_id(). A scenario's name may hold anything: what a
  // file name should not is replaced.
  static Result<RunFolder> create(const std::filesystem::path& root, std::string_view started_at,
                                  std::string_view scenario, std::uint64_t chance);

  const std::filesystem::path& path() const { return path_; }
  std::string run_id() const { return path_.filename().string(); }

  // Writes result.json anew: after every trial, with all trials so far.
  Result<Done> save(const RunResult& result) const;

  // Removes the folder and the parents that create() made, as far as nothing stands in them: of a
  // run that never began nothing stays.
  void discard() const;

  // Points <root>/latest here. A latest that is no link is left alone, and said.
  Result<Done> make_latest() const;

 private:
  RunFolder() = default;
  std::filesystem::path path_;
  std::vector<std::filesystem::path> made_;  // by create(), the innermost first
};

// Writes a file under a temporary name beside it and renames it.
Result<Done> write_file(const std::filesystem::path& path, std::string_view bytes);

// The text of a file of results. Errors: it is absent, no file, larger than any result, unreadable.
Result<std::string> read_results_file(const std::filesystem::path& file);

// The result of a run's folder, or of its result.json itself.
Result<RunResult> load_result(const std::filesystem::path& folder_or_file);

}  // namespace doorbuster
