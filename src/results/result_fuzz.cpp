// Any text: a result or one sentence; what was read is written so that it is read as the same.
#include <string_view>

#include "base/check.h"
#include "results/result.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  using namespace doorbuster;
  const auto read = from_json({reinterpret_cast<const char*>(data), size});
  if (!read) {
    CHECK(!read.error().message().empty(), "refused without a word");
    return 0;
  }
  const std::string text = to_json(*read);
  const auto again = from_json(text);
  CHECK(again.ok(), "{}\nof\n{}", again.error().message(), text);
  const std::string text_again = to_json(*again);
  CHECK(text == text_again, "{}\nbecame\n{}", text, text_again);
  return 0;
}
