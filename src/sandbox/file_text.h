// The whole text of a file, of /proc too; empty where it cannot be read. Internal to this room.
#pragma once

#include <fstream>
#include <sstream>
#include <string>

namespace doorbuster {

inline std::string file_text(const std::string& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

}  // namespace doorbuster
