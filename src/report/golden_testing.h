// For tests: what people see is compared with a file of testdata/, and DOORBUSTER_UPDATE_GOLDEN=1
// writes that file anew.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>

#include "base/source_tree.h"

namespace doorbuster {

inline void expect_golden(const std::string& name, const std::string& text) {
  const std::string path = std::string(DOORBUSTER_SOURCE_DIR "/src/report/testdata/") + name;
  if (std::getenv("DOORBUSTER_UPDATE_GOLDEN") != nullptr) {
    std::ofstream(path, std::ios::binary) << text;
    return;
  }
  const std::ifstream file(path, std::ios::binary);
  ASSERT_TRUE(file.is_open()) << path << " is missing: DOORBUSTER_UPDATE_GOLDEN=1 writes it";
  std::ostringstream golden;
  golden << file.rdbuf();
  EXPECT_EQ(text, golden.str()) << "if this is meant: DOORBUSTER_UPDATE_GOLDEN=1 writes " << path;
}

}  // namespace doorbuster
