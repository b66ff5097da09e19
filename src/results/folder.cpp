#include "results/folder.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>

namespace doorbuster {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t kLongestName = 60;            // of a scenario, in a folder's name
constexpr std::size_t kProbe = 64 * 1024;           // bytes that a folder must have room for
constexpr std::uint64_t kMostNames = 100;           // tried for a run's folder
constexpr std::uintmax_t kLargestResult = 1 << 30;  // bytes that load_result() will read

Error cannot(std::string_view what, const fs::path& path, int error) {
  return system_error(fmt::format("cannot {} {}: {}", what, path.string(), std::strerror(error)));
}

// Letters, digits, dots and dashes stay; what else stands there becomes one dash.
std::string file_name_of(std::string_view scenario) {
  std::string name;
  for (const char c : scenario) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '_' || c == '.';
    const char next = plain ? c : '-';
    const bool leading = name.empty() && (next == '-' || next == '.');
    const bool repeated = !name.empty() && next == '-' && name.back() == '-';
    if (!leading && !repeated) name += next;
    if (name.size() == kLongestName) break;
  }
  while (!name.empty() && (name.back() == '-' || name.back() == '.')) name.pop_back();
  return name.empty() ? "scenario" : name;
}

// "2026-11-27T00:00:00Z" as "20261127T000000Z".
std::string compact(std::string_view time) {
  std::string digits;
  for (const char c : time) {
    if ((c >= '0' && c <= '9') || c == 'T' || c == 'Z') digits += c;
  }
  return digits;
}

// errno, or 0 when all was written.
int write_all(int file, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(file, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return 0;
}

Error unwritable(const fs::path& root, std::string_view why) {
  return invalid(fmt::format(
      "the results folder {} cannot be written ({}): name another with --out", root.string(), why));
}

}  // namespace

Result<Done> write_file(const fs::path& path, std::string_view bytes) {
  fs::path temporary = path;
  temporary += ".tmp";
  const int file = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (file < 0) return cannot("write", path, errno);
  int error = write_all(file, bytes);
  if (::close(file) != 0 && error == 0) error = errno;
  if (error == 0 && std::rename(temporary.c_str(), path.c_str()) != 0) error = errno;
  if (error == 0) return Done{};
  ::unlink(temporary.c_str());
  return cannot("write", path, error);
}

Result<RunFolder> RunFolder::create(const fs::path& root, std::string_view started_at,
                                    std::string_view scenario, std::uint64_t chance) {
  RunFolder folder;
  std::error_code error;
  for (fs::path path = root; !path.empty() && !fs::exists(path, error); path = path.parent_path()) {
    folder.made_.push_back(path);
  }
  fs::create_directories(root, error);
  for (std::uint64_t next = 0; next < kMostNames && !error && folder.path_.empty(); ++next) {
    const fs::path path = root / fmt::format("{}-{}-{:06x}", compact(started_at),
                                             file_name_of(scenario), (chance + next) & 0xFFFFFF);
    if (fs::create_directory(path, error)) folder.path_ = path;
  }
  std::string why = error ? error.message() : "too many runs at the same time";
  if (!folder.path_.empty()) {
    const Result<Done> probed = write_file(folder.path_ / "probe", std::string(kProbe, ' '));
    fs::remove(folder.path_ / "probe", error);
    if (probed) return folder;
    why = probed.error().message();
  }
  folder.discard();
  return unwritable(root, why);
}

void RunFolder::discard() const {
  std::error_code ignored;
  if (!path_.empty()) fs::remove(path_, ignored);
  for (const fs::path& path : made_) fs::remove(path, ignored);
}

Result<Done> RunFolder::save(const RunResult& result) const {
  return write_file(path_ / "result.json", to_json(result));
}

Result<Done> RunFolder::make_latest() const {
  const fs::path latest = path_.parent_path() / "latest";
  std::error_code error;
  const fs::file_status there = fs::symlink_status(latest, error);
  if (fs::exists(there) && !fs::is_symlink(there)) {
    return system_error(
        fmt::format("{} is no link and was left alone: move it away, and it will be a link to the "
                    "newest run",
                    latest.string()));
  }
  fs::path temporary = latest;
  temporary += fmt::format(".{}.tmp", run_id());
  fs::create_symlink(path_.filename(), temporary, error);
  if (!error) fs::rename(temporary, latest, error);
  if (!error) return Done{};
  std::error_code ignored;
  fs::remove(temporary, ignored);
  return cannot("make the link", latest, error.value());
}

Result<std::string> read_results_file(const fs::path& file) {
  std::error_code error;
  if (!fs::exists(file, error)) {
    return invalid(fmt::format("there is no {}: name the folder of a run, as results/runs/latest",
                               file.string()));
  }
  if (!fs::is_regular_file(file, error)) {
    return invalid(fmt::format("{} is no file", file.string()));
  }
  if (fs::file_size(file, error) > kLargestResult) {
    return invalid(fmt::format("{} is too large for a result", file.string()));
  }
  errno = 0;
  std::ifstream stream(file, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(stream), {}};
  if (stream.bad() || !stream.is_open()) return cannot("read", file, errno);
  return text;
}

Result<RunResult> load_result(const fs::path& folder_or_file) {
  std::error_code error;
  const bool is_folder = fs::is_directory(folder_or_file, error);
  const fs::path file = is_folder ? folder_or_file / "result.json" : folder_or_file;
  const auto text = read_results_file(file);
  if (!text) return text.error();
  Result<RunResult> result = from_json(*text);
  if (result) return result;
  return result.error().with_message(
      fmt::format("{}: {}", file.string(), result.error().message()));
}

}  // namespace doorbuster
