#include "history/record_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string>
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
  if (!thread_.joinable()) thread_ = std::thread([this] { work(); });
  wake_.notify_one();
}

Result<Done> RecordFile::read_into(History& all) {
  end_thread();
  const std::size_t before = all.size();
  all.resize(before + written_);
  if (!transfer_all(::pread, file_, reinterpret_cast<char*>(all.data() + before),
                    written_ * sizeof(Record), 0)) {
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

void RecordFile::end_thread() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

// Without a name from the start, so that nothing is left of it when this process is killed.
void RecordFile::open() {
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
