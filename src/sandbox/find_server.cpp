#include "sandbox/find_server.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <system_error>

namespace doorbuster {
namespace {

namespace fs = std::filesystem;

double version_of(const std::string& name) {
  double version = -1;
  std::from_chars(name.data(), name.data() + name.size(), version);
  return version;
}

std::string package_of(std::string_view name) {
  if (name.starts_with("redis")) return "redis-server";
  if (name == "postgres" || name == "initdb") return "postgresql";
  return std::string(name);
}

bool is_program(const std::string& path) {
  std::error_code ignored;
  return fs::is_regular_file(path, ignored) && ::access(path.c_str(), X_OK) == 0;
}

}  // namespace

std::vector<std::string> server_folders(std::string_view path, const std::string& root) {
  std::vector<std::string> folders;
  while (!path.empty()) {
    const std::size_t end = path.find(':');
    const std::string_view folder = path.substr(0, end);
    // A relative folder would mean another place once the servers run in their own directory.
    if (folder.starts_with('/')) folders.emplace_back(folder);
    path.remove_prefix(end == std::string_view::npos ? path.size() : end + 1);
  }
  std::vector<std::string> versions;
  std::error_code ignored;
  const std::string debian = root + "/usr/lib/postgresql";
  for (const fs::directory_entry& entry : fs::directory_iterator(debian, ignored)) {
    versions.push_back(entry.path().filename().string());
  }
  std::sort(versions.begin(), versions.end(), [](const std::string& a, const std::string& b) {
    return version_of(a) > version_of(b);
  });
  for (const std::string& version : versions) folders.push_back(debian + "/" + version + "/bin");
  for (const char* usual : {"/usr/local/bin", "/usr/bin", "/usr/local/sbin", "/usr/sbin"}) {
    folders.push_back(root + usual);
  }
  return folders;
}

Result<std::string> find_server(std::string_view name, const std::vector<std::string>& folders) {
  for (const std::string& folder : folders) {
    std::string candidate = fmt::format("{}/{}", folder, name);
    if (is_program(candidate)) return candidate;
  }
  return system_error(
      fmt::format("{} is not on this machine: install the package {} (apt-get install {})", name,
                  package_of(name), package_of(name)));
}

}  // namespace doorbuster
