// Where the server programs are: PATH first, then the places where packages put them (Debian keeps
// PostgreSQL's out of PATH, one folder a version; the newest comes first). Any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace doorbuster {

// The folders to search, in order: those of `path` (as in $PATH), then /usr/lib/postgresql/*/bin
// under `root`, newest first, then the usual system folders. `root` is "" but in tests.
std::vector<std::string> server_folders(std::string_view path, const std::string& root = "");

// The first executable file `name` ("redis-server", "postgres") in `folders`; otherwise a sentence
// that names the package to install.
Result<std::string> find_server(std::string_view name, const std::vector<std::string>& folders);

}  // namespace doorbuster
