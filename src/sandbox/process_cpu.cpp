#include "sandbox/process_cpu.h"

#include <dirent.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <string>
#include <unordered_map>
#include <vector>

#include "sandbox/file_text.h"

namespace doorbuster {
namespace {

Duration ticks_as_time(std::int64_t ticks, long ticks_per_second) {
  return Duration(ticks * (1'000'000'000 / ticks_per_second));
}

// The words of a line, split at spaces.
std::vector<std::string_view> words_of(std::string_view line) {
  std::vector<std::string_view> words;
  std::size_t at = 0;
  while ((at = line.find_first_not_of(' ', at)) != std::string_view::npos) {
    const std::size_t end = std::min(line.find(' ', at), line.size());
    words.push_back(line.substr(at, end - at));
    at = end;
  }
  return words;
}

std::optional<std::int64_t> number(std::string_view word) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
  if (error != std::errc() || end == word.data()) return std::nullopt;
  return value;
}

long ticks_per_second() {
  static const long ticks = ::sysconf(_SC_CLK_TCK);
  return ticks > 0 ? ticks : 100;
}

std::vector<pid_t> all_processes() {
  std::vector<pid_t> pids;
  DIR* proc = ::opendir("/proc");
  if (proc == nullptr) return pids;
  while (const dirent* entry = ::readdir(proc)) {
    if (entry->d_name[0] < '0' || entry->d_name[0] > '9') continue;
    if (const auto pid = number(entry->d_name)) pids.push_back(static_cast<pid_t>(*pid));
  }
  ::closedir(proc);
  return pids;
}

}  // namespace

// The command stands in brackets and may hold spaces and brackets itself: count from the last one.
std::optional<ProcessTimes> parse_process_stat(std::string_view text, long per_second) {
  const std::size_t bracket = text.rfind(')');
  const auto pid = number(text);
  if (bracket == std::string_view::npos || !pid || per_second <= 0) return std::nullopt;
  const std::vector<std::string_view> words = words_of(text.substr(bracket + 1));
  constexpr std::size_t kState = 0, kParent = 1, kUser = 11, kChildrensSystem = 14;
  if (words.size() <= kChildrensSystem) return std::nullopt;
  const auto parent = number(words[kParent]);
  std::int64_t ticks[4];
  for (std::size_t i = 0; i < 4; ++i) {
    const auto value = number(words[kUser + i]);
    if (!value) return std::nullopt;
    ticks[i] = *value;
  }
  if (!parent) return std::nullopt;
  ProcessTimes times;
  times.pid = static_cast<pid_t>(*pid);
  times.parent = static_cast<pid_t>(*parent);
  times.state = words[kState].front();
  times.own = ticks_as_time(ticks[0] + ticks[1], per_second);
  times.children = ticks_as_time(ticks[2] + ticks[3], per_second);
  return times;
}

// cpu user nice system idle iowait irq softirq steal guest guest_nice; guest time is within user
// already.
std::optional<MachineTimes> parse_machine_stat(std::string_view text, long per_second) {
  const std::vector<std::string_view> words = words_of(text.substr(0, text.find('\n')));
  if (words.size() < 9 || words[0] != "cpu" || per_second <= 0) return std::nullopt;
  std::int64_t ticks[8];
  for (std::size_t i = 0; i < 8; ++i) {
    const auto value = number(words[i + 1]);
    if (!value) return std::nullopt;
    ticks[i] = *value;
  }
  MachineTimes times;
  times.busy = ticks_as_time(ticks[0] + ticks[1] + ticks[2] + ticks[5] + ticks[6], per_second);
  times.idle = ticks_as_time(ticks[3] + ticks[4], per_second);
  times.stolen = ticks_as_time(ticks[7], per_second);
  return times;
}

std::optional<ProcessTimes> process_times(pid_t pid) {
  return parse_process_stat(file_text("/proc/" + std::to_string(pid) + "/stat"),
                            ticks_per_second());
}

bool is_running(pid_t pid) {
  const auto times = process_times(pid);
  if (times) return times->state != 'Z';
  // /proc takes a descriptor, and none may be left.
  return pid > 0 && (::kill(pid, 0) == 0 || errno == EPERM);
}

std::optional<Duration> process_tree_cpu(pid_t root) {
  const auto of_root = process_times(root);
  if (!of_root || of_root->state == 'Z') return std::nullopt;
  std::unordered_map<pid_t, ProcessTimes> table;
  for (pid_t pid : all_processes()) {
    if (const auto times = process_times(pid)) table.emplace(pid, *times);
  }
  std::unordered_multimap<pid_t, pid_t> children;
  for (const auto& [pid, times] : table) children.emplace(times.parent, pid);
  Duration total{};
  std::vector<pid_t> open = {root};
  while (!open.empty()) {
    const pid_t pid = open.back();
    open.pop_back();
    if (const auto found = table.find(pid); found != table.end()) {
      total += found->second.own + found->second.children;
    }
    const auto [first, last] = children.equal_range(pid);
    for (auto child = first; child != last; ++child) open.push_back(child->second);
  }
  return total;
}

std::vector<pid_t> children_of(pid_t parent) {
  std::vector<pid_t> children;
  for (pid_t pid : all_processes()) {
    const auto times = process_times(pid);
    if (times && times->parent == parent) children.push_back(pid);
  }
  return children;
}

Duration own_cpu() {
  rusage used{};
  ::getrusage(RUSAGE_SELF, &used);
  const auto of = [](const timeval& t) {
    return std::chrono::seconds(t.tv_sec) + std::chrono::microseconds(t.tv_usec);
  };
  return of(used.ru_utime) + of(used.ru_stime);
}

std::optional<MachineTimes> machine_times() {
  return parse_machine_stat(file_text("/proc/stat"), ticks_per_second());
}

}  // namespace doorbuster
