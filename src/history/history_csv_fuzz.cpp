// Any text as the eight files, one after another, each but the last ended by a form feed: a history
// or one sentence. What was read keeps the order that the judges rely on.
#include <algorithm>
#include <array>
#include <sstream>
#include <string>

#include "base/check.h"
#include "history/history_csv.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  using namespace doorbuster;
  std::array<std::istringstream, 9> files;
  std::string text(reinterpret_cast<const char*>(data), size);
  for (std::size_t i = 0; i < files.size(); ++i) {
    const auto end = i + 1 < files.size() ? text.find('\f') : std::string::npos;
    files[i].str(text.substr(0, end));
    text = end == std::string::npos ? "" : text.substr(end + 1);
  }
  const auto given = [&](std::size_t i) { return files[i].str().empty() ? nullptr : &files[i]; };
  const auto read = read_history_csv(HistoryCsv{files[0], files[1], files[2], files[3], given(4),
                                                given(5), given(6), given(7), given(8)});
  if (!read) {
    CHECK(!read.error().message().empty(), "refused without a word");
    CHECK(read.error().message().find('\n') == std::string::npos, "more than a line");
    return 0;
  }
  CHECK(std::ranges::is_sorted(read->operations, {}, &Operation::op));
  CHECK(std::ranges::is_sorted(read->items, {}, &ItemTruth::item));
  for (const Operation& operation : read->operations) {
    CHECK((operation.outcome == Answer::unknown) == (operation.finished == kNever));
    CHECK(operation.started <= operation.finished);
  }
  return 0;
}
