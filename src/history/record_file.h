// Where the purchases of one shard wait for the audit: in a file without a name, so that while the
// doors are open an hour of them takes no more memory than a minute; the audit has all of them in
// memory, 56 bytes each. A thread of its own writes, for whoever writes to a disk may have to wait
// for it; where the disk takes no more, or no thread can be had, the records stay in memory, and
// none is lost. Before the first keep() there is neither file nor thread. Not to be used from
// several threads.
#pragma once

#include <condition_variable>
#include <deque>
#include <filesystem>
#include <mutex>
#include <thread>

#include "base/result.h"
#include "history/record.h"

namespace doorbuster {

class RecordFile {
 public:
  // The file will be in the folder, which is there by then, and is gone with this object.
  explicit RecordFile(std::filesystem::path folder) : folder_(std::move(folder)) {}
  ~RecordFile();
  RecordFile(const RecordFile&) = delete;
  RecordFile& operator=(const RecordFile&) = delete;

  // Takes the records, leaving `records` empty but with room for as many. Waits for nothing.
  void keep(History& records);

  // Appends all that was kept, in the order of keep(). Waits until it is written; an error is a
  // file that cannot be read again, and nothing is appended. Once, after the last keep().
  Result<Done> read_into(History& all);
  // How many of them were in the file. After read_into().
  std::size_t in_file() const { return written_; }

 private:
  void work();
  void begin_thread();
  void end_thread();
  void open();
  bool write(const History& records);

  const std::filesystem::path folder_;
  std::mutex mutex_;  // of what follows, down to ending_
  std::condition_variable wake_;
  std::deque<History> waiting_;
  History spare_;  // written, its room to be used again
  bool ending_ = false;
  std::thread thread_;
  // Of the thread, and of the owner once that has ended.
  int file_ = -1;
  std::size_t written_ = 0;        // records in the file
  std::deque<History> unwritten_;  // from when the file took no more
};

}  // namespace doorbuster
