// Any bytes as a history file: a sentence, or a history of which all that is said to be readable
// is read. Each input is tried as it is, and with its checksums put right, for no chance gets past
// those.
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

#include "base/check.h"
#include "history/history_file.h"
#include "history/little_endian.h"
#include "history/operation_stream.h"

namespace doorbuster {
namespace {

// A file in memory, that HistoryFile can open by name.
class MemoryFile {
 public:
  explicit MemoryFile(std::string_view bytes) : file_(::memfd_create("history", MFD_CLOEXEC)) {
    CHECK(file_ >= 0, "no memory file");
    const ssize_t written = ::write(file_, bytes.data(), bytes.size());
    CHECK(written == static_cast<ssize_t>(bytes.size()), "no room in memory");
  }
  ~MemoryFile() { ::close(file_); }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;
  std::string path() const { return "/proc/self/fd/" + std::to_string(file_); }

 private:
  int file_;
};

// The same bytes as blocks whose sequence, length and checksums are right.
std::string repaired(std::string_view bytes) {
  std::string file = prologue();
  bytes.remove_prefix(std::min(bytes.size(), kPrologueBytes));
  for (std::uint32_t sequence = 0; bytes.size() >= kBlockHeadBytes; ++sequence) {
    const char* at = bytes.data() + 8;
    BlockHead head{.sequence = sequence};
    head.kind = static_cast<BlockKind>(take_number<std::uint16_t>(at));
    head.shard = take_number<std::uint16_t>(at);
    head.records = take_number<std::uint32_t>(at);
    const std::size_t length = take_number<std::uint32_t>(at);
    at += sizeof(std::uint32_t);
    head.first = Instant(Duration(take_number<std::int64_t>(at)));
    std::string block(bytes.substr(0, kBlockHeadBytes + std::min(length, kMostPayload)));
    bytes.remove_prefix(block.size());
    seal_block(head, block);
    file += block;
  }
  return file;
}

void read_all(const std::string& bytes) {
  const MemoryFile memory(bytes);
  const auto file = HistoryFile::open(memory.path());
  if (!file) {
    CHECK(!file.error().message().empty(), "refused without a word");
    return;
  }
  OperationStream stream(*file);
  std::int64_t read = 0;
  Instant before = Instant::min();
  while (const Operation* operation = stream.next()) {
    CHECK(operation->started >= before, "out of order");
    before = operation->started;
    ++read;
  }
  CHECK(stream.error() || read == file->operations(), "{} of {}", read, file->operations());
  const auto truth = file->truth();
  CHECK(truth.ok() || !truth.error().message().empty(), "refused without a word");
}

}  // namespace
}  // namespace doorbuster

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  doorbuster::read_all(bytes);
  doorbuster::read_all(doorbuster::repaired(bytes));
  return 0;
}
