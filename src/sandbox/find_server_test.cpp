#include "sandbox/find_server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace doorbuster {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class FindServer : public testing::Test {
 protected:
  FindServer() {
    char name[] = "/tmp/find-server-XXXXXX";
    root_ = ::mkdtemp(name);
  }
  ~FindServer() override { fs::remove_all(root_); }

  void add(const std::string& path, mode_t mode = 0755) {
    fs::create_directories(fs::path(root_ + path).parent_path());
    std::ofstream(root_ + path) << "#!/bin/sh\n";
    ::chmod((root_ + path).c_str(), mode);
  }

  std::string root_;
};

TEST_F(FindServer, AbsentServerNamesThePackage) {
  EXPECT_EQ(find_server("redis-server", {root_}).error().message(),
            "redis-server is not on this machine: install the package redis-server "
            "(apt-get install redis-server)");
  EXPECT_THAT(find_server("postgres", {root_}).error().message(),
              HasSubstr("install the package postgresql "));
}

TEST_F(FindServer, PathComesFirstThenTheNewestVersion) {
  for (const char* version : {"9.6", "15", "9.10x", "16", "junk"}) {
    add(std::string("/usr/lib/postgresql/") + version + "/bin/initdb");
  }
  const std::string debian = root_ + "/usr/lib/postgresql/";
  EXPECT_THAT(
      server_folders("/first::relative:/second", root_),
      ElementsAre("/first", "/second", debian + "16/bin", debian + "15/bin", debian + "9.6/bin",
                  debian + "9.10x/bin", debian + "junk/bin", root_ + "/usr/local/bin",
                  root_ + "/usr/bin", root_ + "/usr/local/sbin", root_ + "/usr/sbin"));
}

TEST_F(FindServer, TakesTheFirstThatCanBeRun) {
  add("/a/postgres", 0644);
  fs::create_directories(root_ + "/b/postgres");
  add("/c/postgres");
  add("/d/postgres");
  const auto found = find_server(
      "postgres", {root_ + "/none", root_ + "/a", root_ + "/b", root_ + "/c", root_ + "/d"});
  ASSERT_TRUE(found);
  EXPECT_EQ(*found, root_ + "/c/postgres");
}

}  // namespace
}  // namespace doorbuster
