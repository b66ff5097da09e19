#include "history/record_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <iterator>
#include <string>
#include <system_error>
#include <type_traits>
#include <utility>

namespace doorbuster {
namespace {

static_assert(std::is_trivially_copyable_v<Record>, "the file holds them as memory does");

// pread or pwrite of all of it, which each may do in pieces; false: errno says why.
template <class Transfer, class Byte>
bool transfer_all(Transfer transfer, int file, Byte* bytes, std::size_t size, std::size_t place) {
  for (std::size_t done = 0; done < size;) {
    const ssize_t moved =
        transfer(file, bytes + done, size - done, static_cast<off_t>(place + done));
    if (moved < 0 && errno == EINTR) continue;
    if (moved == 0) errno = EIO;
    if (moved <= 0) return false;
    done += static_cast<std::size_t>(moved);
  }
  return true;
}

}  // namespace

RecordFile::~RecordFile() {
  end_thread();
  if (file_ >= 0) ::close(file_);
}

void RecordFile::keep(History& records) {
  if (records.empty()) return;
  const std::size_t size = records.size();
  {
    const std::lock_guard lock(mutex_);
    waiting_.push_back(std::move(records));
    records = std::exchange(spare_, {});
  }
  records.reserve(size);
  if (!thread_.joinable()) begin_thread();
  wake_.notify_one();
}

Result<Done> RecordFile::read_into(History& all) {
  end_thread();
  std::move(waiting_.begin(), waiting_.end(), std::back_inserter(unwritten_));
  waiting_.clear();
  const std::size_t before = all.size();
  std::size_t size = before + written_;
  for (const History& records : unwritten_) size += records.size();
  all.reserve(size);
  all.resize(before + written_);
  if (!transfer_all(::pread, file_, reinterpret_cast<char*>(all.data() + before),
                    written_ * sizeof(Record), 0)) {
    all.resize(before);
    return system_error(fmt::format("the purchases cannot be read again from a file in {}: {}",
                                    folder_.string(), std::strerror(errno)));
  }
  for (const History& records : unwritten_) all.insert(all.end(), records.begin(), records.end());
  unwritten_.clear();
  return Done{};
}

void RecordFile::work() {
  open();
  std::unique_lock lock(mutex_);
  for (;;) {
    wake_.wait(lock, [this] { return ending_ || !waiting_.empty(); });
    if (waiting_.empty()) return;
    History records = std::move(waiting_.front());
    waiting_.pop_front();
    lock.unlock();
    if (write(records)) {
      records.clear();
    } else {
      unwritten_.push_back(std::move(records));
      records = {};
    }
    lock.lock();
    if (spare_.capacity() < records.capacity()) spare_ = std::move(records);
  }
}

// Where none can be had, what waits goes on waiting, and the next keep() tries again.
void RecordFile::begin_thread() {
  try {
    thread_ = std::thread([this] { work(); });
  } catch (const std::system_error&) {
  }
}

void RecordFile::end_thread() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

// Without a name from the start, where the folder's file system has such, so that nothing is left
// of it when this process is killed.
void RecordFile::open() {
  file_ = ::open(folder_.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (file_ >= 0) return;
  std::string path = (folder_ / ".purchases-XXXXXX").string();
  file_ = ::mkostemp(path.data(), O_CLOEXEC);
  if (file_ >= 0) ::unlink(path.c_str());
}

bool RecordFile::write(const History& records) {
  if (file_ < 0 || !unwritten_.empty()) return false;
  if (!transfer_all(::pwrite, file_, reinterpret_cast<const char*>(records.data()),
                    records.size() * sizeof(Record), written_ * sizeof(Record))) {
    return false;
  }
  written_ += records.size();
  return true;
}

}  // namespace doorbuster
