#include "sandbox/sandbox.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <vector>

#include "base/random.h"
#include "sandbox/config.h"
#include "sandbox/file_text.h"
#include "sandbox/find_server.h"
#include "sandbox/guardian.h"
#include "sandbox/process_cpu.h"

namespace doorbuster {
namespace {

constexpr int kTries = 3;  // a free port may be taken by another before the server binds it
constexpr int kPollMillis = 5;

std::string why() { return std::strerror(errno); }

void pause_briefly() { ::poll(nullptr, 0, kPollMillis); }

// Two sockets held at once, so that the two ports differ.
Result<std::pair<int, int>> free_ports() {
  int sockets[2] = {-1, -1};
  int ports[2] = {0, 0};
  bool good = true;
  for (int i = 0; i < 2; ++i) {
    sockets[i] = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    good = good && sockets[i] >= 0 && ::bind(sockets[i], generic, size) == 0 &&
           ::getsockname(sockets[i], generic, &size) == 0;
    ports[i] = ntohs(address.sin_port);
  }
  const std::string reason = why();
  for (int socket : sockets) ::close(socket);
  if (!good) return system_error("no free port on 127.0.0.1 for throwaway servers: " + reason);
  return std::pair(ports[0], ports[1]);
}

Result<Done> write_file(const std::string& path, const std::string& text) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  const ssize_t written = file < 0 ? -1 : ::write(file, text.data(), text.size());
  const bool whole = written == static_cast<ssize_t>(text.size());
  const std::string reason = written < 0 ? why() : "the disk is full";
  if (file >= 0) ::close(file);
  if (!whole) return system_error(fmt::format("cannot write {}: {}", path, reason));
  return Done{};
}

// Any answer will do, a demand for the password too: the server is at its socket.
bool redis_answers(const std::string& directory) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string path = redis_socket_path(directory);
  if (path.size() >= sizeof address.sun_path) return false;
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  const int socket = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (socket < 0) return false;
  bool answered = false;
  if (::connect(socket, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0 &&
      ::send(socket, "PING\r\n", 6, MSG_NOSIGNAL) == 6) {
    pollfd readable{socket, POLLIN, 0};
    char byte = 0;
    answered = ::poll(&readable, 1, 1000) == 1 && ::recv(socket, &byte, 1, 0) == 1;
  }
  ::close(socket);
  return answered;
}

void await_end(pid_t pid) {
  const Duration deadline = steady_now() + 10s;
  while (is_running(pid) && steady_now() < deadline) pause_briefly();
}

// initdb must be of postgres's own version: beside it, or beside what it is a link to.
std::vector<std::string> folders_of(const std::string& program) {
  std::error_code ignored;
  const std::filesystem::path real = std::filesystem::canonical(program, ignored);
  return {std::filesystem::path(program).parent_path(), real.parent_path()};
}

Result<GuardianPlan> make_plan(const SandboxOptions& options) {
  GuardianPlan plan;
  const char* folder = std::getenv("TMPDIR");
  plan.base = folder != nullptr && folder[0] == '/' ? folder : "/tmp";
  if (plan.base.size() + sizeof("/doorbuster-XXXXXXXX") - 1 > kLongestDirectory) {
    return system_error(
        fmt::format("TMPDIR is too long for unix sockets in it ({} characters, at most {}): "
                    "set TMPDIR to a shorter folder",
                    plan.base.size(), kLongestDirectory - sizeof("/doorbuster-XXXXXXXX") + 1));
  }
  const char* path = std::getenv("PATH");
  const std::vector<std::string> folders = server_folders(path != nullptr ? path : "");
  if (options.redis) {
    Result<std::string> redis = find_server("redis-server", folders);
    if (!redis) return redis.error();
    plan.redis_server = *redis;
  }
  if (options.postgres) {
    Result<std::string> postgres = find_server("postgres", folders);
    if (!postgres) return postgres.error();
    plan.postgres = *postgres;
    Result<std::string> initdb = find_server("initdb", folders_of(plan.postgres));
    if (!initdb) return initdb.error();
    plan.initdb = *initdb;
  }
  if (::geteuid() == 0) {
    const passwd* user = ::getpwnam("postgres");
    if (user == nullptr) user = ::getpwnam("nobody");
    if (user == nullptr) {
      return system_error(
          "servers must not run as root, and there is neither a user postgres nor nobody");
    }
    plan.user_id = std::to_string(user->pw_uid);
    plan.group_id = std::to_string(user->pw_gid);
  }
  return plan;
}

}  // namespace

Sandbox::Sandbox(SandboxOptions options) : options_(std::move(options)) {}

Sandbox::~Sandbox() = default;

Result<std::unique_ptr<Sandbox>> Sandbox::start(SandboxOptions options) {
  CHECK(options.redis || options.postgres, "a sandbox with no server");
  for (int attempt = 1;; ++attempt) {
    std::unique_ptr<Sandbox> sandbox(new Sandbox(options));
    const Result<Done> begun = sandbox->begin();
    if (begun) return sandbox;
    if (!sandbox->port_was_taken_ || attempt == kTries) return begun.error();
  }
}

Result<Done> Sandbox::begin() {
  const Result<GuardianPlan> plan = make_plan(options_);
  if (!plan) return plan.error();
  redis_program_ = plan->redis_server;
  postgres_program_ = plan->postgres;
  const Result<std::pair<int, int>> ports =
      options_.pick_ports ? options_.pick_ports() : free_ports();
  if (!ports) return ports.error();
  redis_port_ = ports->first;
  postgres_port_ = ports->second;
  password_ = fmt::format("{:016x}{:016x}", entropy(), entropy());

  Result<std::unique_ptr<Guardian>> guardian = Guardian::spawn(*plan);
  if (!guardian) return guardian.error();
  guardian_ = std::move(*guardian);
  directory_ = guardian_->directory();
  if (const Result<Done> written = write_files(); !written) return written;
  const Result<Guardian::Pids> pids = guardian_->start_servers();
  if (!pids) return pids.error();
  redis_pid_ = pids->redis;
  postgres_pid_ = pids->postgres;
  return await_ready();
}

Result<Done> Sandbox::write_files() const {
  if (options_.redis) {
    const Result<Done> written =
        write_file(directory_ + "/redis.conf", redis_config(place(redis_port_)));
    if (!written) return written;
  }
  if (!options_.postgres) return Done{};
  const Result<Done> written = write_file(directory_ + "/postgres.password", password_ + "\n");
  if (!written) return written;
  return write_file(directory_ + "/postgres.conf",
                    postgres_config(place(postgres_port_), options_.max_connections));
}

Result<Done> Sandbox::await_ready() {
  const Duration deadline = steady_now() + options_.start_within;
  bool redis_is_ready = !options_.redis;
  bool postgres_is_ready = !options_.postgres;
  while (true) {
    if (options_.give_up && options_.give_up()) {
      return system_error("interrupted while the throwaway servers started");
    }
    redis_is_ready = redis_is_ready || redis_answers(directory_);
    postgres_is_ready =
        postgres_is_ready ||
        postmaster_is_ready(file_text(directory_ + "/data/postmaster.pid"), postgres_pid_);
    if (options_.redis && !is_running(redis_pid_)) return failed("redis", "ended at once");
    if (options_.postgres && !is_running(postgres_pid_)) return failed("postgres", "ended at once");
    if (redis_is_ready && postgres_is_ready) return Done{};
    if (!guardian_->alive()) return system_error("the sandbox's guardian ended unexpectedly");
    if (steady_now() > deadline) {
      return failed(redis_is_ready ? "postgres" : "redis",
                    fmt::format("was not ready within {:g} s", to_seconds(options_.start_within)));
    }
    pause_briefly();
  }
}

Error Sandbox::failed(const std::string& server, const std::string& what) {
  const std::string log = file_text(fmt::format("{}/{}.log", directory_, server));
  const std::string end = end_of_log(log, 2, password_);
  port_was_taken_ = log.find("Address already in use") != std::string::npos;
  std::error_code ignored;
  const std::uintmax_t free_mb = std::filesystem::space(directory_, ignored).available / 1'000'000;
  const std::string room =
      free_mb < 100 ? fmt::format("; only {} MB are free in {}", free_mb, directory_) : "";
  const bool redis = server == "redis";
  return system_error(fmt::format("the throwaway {} ({}) {}{}{}{}", redis ? "Redis" : "PostgreSQL",
                                  redis ? redis_program_ : postgres_program_, what,
                                  end.empty() ? "" : "; its log ends: ", end, room));
}

ServerPlace Sandbox::place(int port) const {
  return ServerPlace{directory_, port, password_, options_.durable};
}

std::string Sandbox::redis_url(Transport transport) const {
  if (!options_.redis) return {};
  return transport == Transport::tcp ? redis_tcp_url(place(redis_port_))
                                     : redis_socket_url(place(redis_port_));
}

std::string Sandbox::postgres_url(Transport transport) const {
  if (!options_.postgres) return {};
  return transport == Transport::tcp ? postgres_tcp_url(place(postgres_port_))
                                     : postgres_socket_url(place(postgres_port_));
}

void Sandbox::kill_redis() {
  if (redis_pid_ == 0) return;
  ::kill(redis_pid_, SIGKILL);
  await_end(redis_pid_);
}

// The backends first, while the postmaster stands still and cannot warn their clients; then the
// postmaster by its own immediate shutdown, which gives the system its shared memory back.
void Sandbox::kill_postgres() {
  if (postgres_pid_ == 0) return;
  ::kill(postgres_pid_, SIGSTOP);
  for (pid_t backend : children_of(postgres_pid_)) ::kill(backend, SIGKILL);
  ::kill(postgres_pid_, SIGQUIT);
  ::kill(postgres_pid_, SIGCONT);
  await_end(postgres_pid_);
}

Result<Done> Sandbox::shut_down_postgres(bool immediate) {
  ::kill(postgres_pid_, immediate ? SIGQUIT : SIGINT);
  await_end(postgres_pid_);
  if (!is_running(postgres_pid_)) return Done{};
  return system_error("the throwaway PostgreSQL did not shut down within 10 s");
}

Result<Done> Sandbox::start_redis_again(bool emptied) {
  if (emptied) {
    std::error_code ignored;
    std::filesystem::remove(directory_ + "/dump.rdb", ignored);
    std::filesystem::remove_all(directory_ + "/appendonlydir", ignored);
  }
  const Result<pid_t> pid = guardian_->start_redis_again();
  if (!pid) return pid.error();
  redis_pid_ = *pid;
  return await_ready();
}

Result<Done> Sandbox::start_postgres_again() {
  const Result<pid_t> pid = guardian_->start_postgres_again();
  if (!pid) return pid.error();
  postgres_pid_ = *pid;
  return await_ready();
}

// The one that makes the others first, and last: no process is made in between.
void Sandbox::freeze(pid_t server) {
  ::kill(server, SIGSTOP);
  const Duration deadline = steady_now() + 1s;
  for (auto now = process_times(server); now && now->state != 'T' && steady_now() < deadline;) {
    pause_briefly();
    now = process_times(server);
  }
  for (pid_t child : children_of(server)) ::kill(child, SIGSTOP);
}

void Sandbox::thaw(pid_t server) {
  for (pid_t child : children_of(server)) ::kill(child, SIGCONT);
  ::kill(server, SIGCONT);
}

}  // namespace doorbuster
