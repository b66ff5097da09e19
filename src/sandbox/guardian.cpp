#include "sandbox/guardian.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <vector>

namespace doorbuster {
namespace {

// Traps of the trade. A killed postmaster or initdb leaves segments of shared memory in the system,
// so initdb is let run out (it is told by the file `stop` not to go on) and the postmaster is asked
// for its immediate shutdown (SIGQUIT; it gives its own children 5 s); SIGKILL is for those that do
// not answer. dash starts background jobs with SIGQUIT ignored, so it counts only once postgres has
// set its own handler, hence the repetition. A stopped server hears only after SIGCONT.
constexpr const char* kScript = R"sh(
umask 077
base=$1 redis=$2 initdb=$3 postgres=$4 user=$5 group=$6
dir= redis_pid= postgres_pid=

clean_up() {
  trap '' HUP INT TERM
  cd /
  [ -z "$redis_pid" ] || kill -KILL "$redis_pid"
  tries=0
  [ -z "$dir" ] || true >"$dir/stop"
  while [ -n "$postgres_pid" ] && kill -0 "$postgres_pid"; do
    if [ $tries -gt 1500 ]; then
      kill -KILL "$postgres_pid" "-$postgres_pid"
    elif [ -e "$dir/initialised" ]; then
      kill -QUIT "$postgres_pid"
      kill -CONT "$postgres_pid" $(cat "/proc/$postgres_pid/task/$postgres_pid/children")
    fi
    tries=$((tries + 1))
    sleep 0.02
  done
  wait
  tries=0
  until [ -z "$dir" ] || rm -rf "$dir" || [ $tries -gt 100 ]; do
    tries=$((tries + 1))
    sleep 0.02
  done
}

trap : PIPE
trap 'exit 1' HUP INT TERM
trap clean_up EXIT
made=$(mktemp -d "$base/doorbuster-XXXXXXXX" 2>&1) || { echo "failed $made"; exit 1; }
dir=$made
cd "$dir" || exit 1
echo "directory $dir"
read -r word && [ "$word" = start ] || exit 1

as='nice -n 10 setpriv'
if [ -n "$user" ]; then
  as="$as --reuid $user --regid $group --clear-groups"
  chown -R "$user:$group" "$dir" || { echo "failed cannot give $dir to user $user"; exit 1; }
fi
why=$($as ls "$dir" 2>&1 >/dev/null) ||
  { echo "failed the servers' user cannot enter it: $why"; exit 1; }

start_redis() {
  setsid $as --pdeathsig KILL "$redis" "$dir/redis.conf" </dev/null >>"$dir/redis.log" 2>&1 &
  redis_pid=$!
}
start_postgres_again() {
  setsid $as --pdeathsig QUIT "$postgres" -D "$dir/data" </dev/null >>"$dir/postgres.log" 2>&1 &
  postgres_pid=$!
}

[ -z "$redis" ] || start_redis
if [ -n "$postgres" ]; then
  setsid $as --pdeathsig QUIT sh -c '
    "$1" -D "$3" -U doorbuster --pwfile=postgres.password -A scram-sha-256 -E UTF8 --locale=C \
      --no-sync --no-instructions && cat postgres.conf >>data/postgresql.conf && : >initialised &&
      [ ! -e stop ] && [ -d "/proc/$PPID" ] && exec "$2" -D "$3"' \
    doorbuster-initdb "$initdb" "$postgres" "$dir/data" \
    </dev/null >"$dir/postgres.log" 2>&1 &
  postgres_pid=$!
fi
echo "servers ${redis_pid:-0} ${postgres_pid:-0}"
while read -r word; do
  case $word in
    redis) start_redis; echo "again $redis_pid" ;;
    postgres) start_postgres_again; echo "again $postgres_pid" ;;
    *) break ;;
  esac
done
)sh";

constexpr Duration kAnswerWithin = 10s;

// Away from 0, 1 and 2, which a program whose standard streams are closed would hand out.
int above_standard_streams(int fd) {
  const int moved = ::fcntl(fd, F_DUPFD_CLOEXEC, 10);
  ::close(fd);
  return moved;
}

std::string path_for_children() {
  const char* path = std::getenv("PATH");
  return "PATH=" + (path != nullptr ? std::string(path) + ":" : std::string()) +
         "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
}

// The environment is bare: PGPORT, PGDATA and their like must not reach the servers, and their
// messages are to be in English.
int spawn_shell(const GuardianPlan& plan, int socket, pid_t* pid) {
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_adddup2(&files, socket, 0);
  posix_spawn_file_actions_adddup2(&files, socket, 1);
  posix_spawn_file_actions_addopen(&files, 2, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_addclosefrom_np(&files, 3);

  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setflags(&attributes,
                           POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
  sigset_t signals;
  sigfillset(&signals);
  posix_spawnattr_setsigdefault(&attributes, &signals);
  sigemptyset(&signals);
  posix_spawnattr_setsigmask(&attributes, &signals);

  std::vector<std::string> words = {
      "sh",        "-c",          kScript,      "doorbuster-guardian", plan.base, plan.redis_server,
      plan.initdb, plan.postgres, plan.user_id, plan.group_id};
  std::vector<std::string> settings = {path_for_children(), "LC_ALL=C", "TZ=UTC"};
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  std::vector<char*> environment;
  for (std::string& setting : settings) environment.push_back(setting.data());
  environment.push_back(nullptr);

  const int error =
      ::posix_spawn(pid, "/bin/sh", &files, &attributes, argv.data(), environment.data());
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&files);
  return error;
}

}  // namespace

Result<std::unique_ptr<Guardian>> Guardian::spawn(const GuardianPlan& plan) {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
    return system_error(std::string("cannot start throwaway servers: ") + std::strerror(errno));
  }
  const int ours = above_standard_streams(ends[0]);
  const int theirs = above_standard_streams(ends[1]);
  pid_t pid = 0;
  const int error = spawn_shell(plan, theirs, &pid);
  ::close(theirs);
  if (error != 0) {
    ::close(ours);
    return system_error(std::string("cannot start throwaway servers: /bin/sh: ") +
                        std::strerror(error));
  }
  std::unique_ptr<Guardian> guardian(new Guardian(pid, ours));
  Result<std::string> line = guardian->read_line();
  if (!line) return line.error();
  constexpr std::string_view kWord = "directory ";
  if (!line->starts_with(kWord)) return system_error("the sandbox's guardian said: " + *line);
  guardian->directory_ = line->substr(kWord.size());
  return guardian;
}

Guardian::~Guardian() {
  // Said aloud as well as closed: a fork of this program may hold the socket open.
  ::send(socket_, "stop\n", 5, MSG_NOSIGNAL);
  ::close(socket_);
  while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
  }
  if (!directory_.empty()) {  // left over only where somebody killed the guardian
    std::error_code ignored;
    std::filesystem::remove_all(directory_, ignored);
  }
}

Result<Guardian::Pids> Guardian::start_servers() {
  ::send(socket_, "start\n", 6, MSG_NOSIGNAL);
  Result<std::string> line = read_line();
  if (!line) return line.error();
  Pids pids;
  if (std::sscanf(line->c_str(), "servers %d %d", &pids.redis, &pids.postgres) != 2) {
    return system_error("the sandbox's guardian said: " + *line);
  }
  return pids;
}

Result<pid_t> Guardian::start_again(const std::string& server) {
  const std::string word = server + "\n";
  ::send(socket_, word.data(), word.size(), MSG_NOSIGNAL);
  Result<std::string> line = read_line();
  if (!line) return line.error();
  pid_t pid = 0;
  if (std::sscanf(line->c_str(), "again %d", &pid) != 1) {
    return system_error("the sandbox's guardian said: " + *line);
  }
  return pid;
}

bool Guardian::alive() const {
  char byte;
  return ::recv(socket_, &byte, 1, MSG_PEEK | MSG_DONTWAIT) != 0;  // 0: its end is closed
}

Result<std::string> Guardian::read_line() {
  std::string line;
  const Duration deadline = steady_now() + kAnswerWithin;
  while (true) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - steady_now()).count();
    pollfd readable{socket_, POLLIN, 0};
    const int events = left > 0 ? ::poll(&readable, 1, static_cast<int>(left)) : 0;
    if (events < 0 && errno == EINTR) continue;
    if (events <= 0) return system_error("the sandbox's guardian gave no answer within 10 s");
    char byte;
    const ssize_t got = ::recv(socket_, &byte, 1, 0);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return system_error("the sandbox's guardian ended unexpectedly");
    if (byte == '\n') break;
    line += byte;
  }
  constexpr std::string_view kFailed = "failed ";
  if (line.starts_with(kFailed)) {
    return system_error("cannot use a private directory for throwaway servers: " +
                        line.substr(kFailed.size()));
  }
  return line;
}

}  // namespace doorbuster
