// Where a sandbox cannot start: one sentence, and nothing of it remains.
#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <netinet/in.h>
#include <sys/mount.h>
#include <sys/socket.h>

#include <fstream>

#include "sandbox/sandbox_testing.h"

namespace doorbuster {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

TEST_F(SandboxOnServers, APortThatIsTakenMeanwhileIsReplacedByAnother) {
  const int taken = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  ASSERT_EQ(::bind(taken, reinterpret_cast<sockaddr*>(&address), size), 0);
  ASSERT_EQ(::listen(taken, 1), 0);
  ::getsockname(taken, reinterpret_cast<sockaddr*>(&address), &size);
  const int port = ntohs(address.sin_port);
  SandboxOptions options;
  options.postgres = false;
  int asked = 0;
  int free_port = 0;
  options.pick_ports = [&]() -> Result<std::pair<int, int>> {
    return std::pair(++asked < 3 ? port : free_port, 0);
  };
  free_port = port > 40000 ? port - 1 : port + 1;
  EXPECT_TRUE(Sandbox::start(options));
  EXPECT_EQ(asked, 3);

  asked = -10;  // never a free one
  const auto refused = Sandbox::start(options);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message(), HasSubstr("ended at once; its log ends: "));
  EXPECT_THAT(refused.error().message(), HasSubstr("Failed listening on port"));
  EXPECT_TRUE(nothing_remains());
  ::close(taken);
}

TEST_F(SandboxOnServers, AFolderThatDoesNotExistOrIsTooLongIsOneSentence) {
  ::setenv("TMPDIR", "/tmp/no/such/folder", 1);
  EXPECT_THAT(Sandbox::start({}).error().message(), HasSubstr("No such file or directory"));
  ::setenv("TMPDIR", ("/" + std::string(100, 'x')).c_str(), 1);
  EXPECT_THAT(Sandbox::start({}).error().message(), HasSubstr("set TMPDIR to a shorter folder"));
  EXPECT_FALSE(fs::exists("/stop")) << "the guardian wrote beside the directory it could not make";
}

TEST_F(SandboxOnServers, AFolderTheServersCannotEnterIsOneSentence) {
  if (::geteuid() != 0) GTEST_SKIP() << "servers run as this user";
  ::chmod(folder_.c_str(), 0700);
  EXPECT_THAT(Sandbox::start({}).error().message(), HasSubstr("Permission denied"));
  EXPECT_TRUE(nothing_remains());
}

TEST_F(SandboxOnServers, AFullDiskIsOneSentence) {
  if (::mount("tmpfs", folder_.c_str(), "tmpfs", 0, "size=20m,mode=1777") != 0) {
    GTEST_SKIP() << "needs the right to mount a small tmpfs";
  }
  const auto half_full = Sandbox::start({});
  EXPECT_TRUE(nothing_remains());
  std::ofstream(folder_ + "/everything")
      << std::string(20'000'000, 'x') << std::string(2'000'000, 'x');
  const auto full = Sandbox::start({});
  EXPECT_EQ(::umount(folder_.c_str()), 0);
  ASSERT_FALSE(half_full);
  EXPECT_THAT(half_full.error().message(), HasSubstr(" MB are free in "));
  ASSERT_FALSE(full);
  EXPECT_THAT(full.error().message(), HasSubstr("No space left on device"));
}

TEST_F(SandboxOnServers, AStartCanBeGivenUp) {
  SandboxOptions options;
  options.postgres = false;
  options.give_up = [] { return true; };
  EXPECT_THAT(Sandbox::start(options).error().message(), HasSubstr("interrupted"));
  EXPECT_TRUE(nothing_remains());
  options.postgres = true;
  options.give_up = nullptr;
  options.start_within = 1ms;
  EXPECT_THAT(Sandbox::start(options).error().message(), HasSubstr("not ready within 0.001 s"));
  EXPECT_TRUE(nothing_remains());
}

}  // namespace
}  // namespace doorbuster
