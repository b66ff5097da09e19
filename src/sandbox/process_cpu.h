// CPU time (user and system) used so far by processes and by the machine, so that a report can say
// who used the processors. From /proc, in ticks of 10 ms: take differences over a second or more.
// The parsers are pure; the readers ask the kernel. Any thread.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string_view>
#include <vector>

#include "base/time.h"

namespace doorbuster {

struct ProcessTimes {
  pid_t pid = 0;
  pid_t parent = 0;
  char state = '?';     // 'Z': ended, not yet waited for
  Duration own{};       // of the process and its threads
  Duration children{};  // of its children that ended and were waited for
};

struct MachineTimes {  // summed over all processors
  Duration busy{};     // everything but idle, waiting for a disk, and stolen
  Duration idle{};     // idle, or waiting for a disk
  Duration stolen{};   // taken by the hypervisor for other machines
};

// Pure: the text of /proc/PID/stat and /proc/stat. Nothing where the text is not of that form.
std::optional<ProcessTimes> parse_process_stat(std::string_view text, long ticks_per_second);
std::optional<MachineTimes> parse_machine_stat(std::string_view text, long ticks_per_second);

// Nothing where there is no such process.
std::optional<ProcessTimes> process_times(pid_t pid);

// False of one that ended, waited for or not.
bool is_running(pid_t pid);

// `root` and all its descendants, those that ended included: of PostgreSQL, the postmaster's pid
// gives the whole server. Nothing where `root` has ended.
std::optional<Duration> process_tree_cpu(pid_t root);

std::vector<pid_t> children_of(pid_t parent);

Duration own_cpu();
std::optional<MachineTimes> machine_times();

}  // namespace doorbuster
