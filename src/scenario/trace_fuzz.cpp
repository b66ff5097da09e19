// Any bytes: a trace whose every row is possible, or one problem that says where.
#include <algorithm>
#include <string>

#include "base/check.h"
#include "scenario/scenario.h"
#include "scenario/trace.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  using namespace doorbuster;
  static const Shop shop = {
      {{ItemId{1}, "a", 5, true}, {ItemId{2}, "b", 5, true}, {ItemId{3}, "c", 5, false}}};
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const ParsedTrace parsed = parse_trace(text, "fuzz.csv", shop);
  if (const auto* problem = std::get_if<Problem>(&parsed)) {
    const std::string said = to_string(*problem);
    CHECK(!problem->message.empty(), "refused without a word");
    for (const char letter : said) CHECK(letter >= ' ', "for no terminal: {}", said);
    return 0;
  }
  const auto& trace = std::get<Trace>(parsed);
  const auto lines = std::count(text.begin(), text.end(), '\n');
  CHECK(static_cast<std::int64_t>(trace.rows()) == lines - 1);
  std::size_t rows = 0;
  Duration arrived{};
  for (std::int64_t i = 0; i < trace.buyers(); ++i) {
    const auto visit = trace.of(BuyerId{i});
    CHECK(!visit.empty() && visit.front().when >= arrived, "buyer {} comes out of turn", i);
    arrived = visit.front().when;
    Duration before = arrived;
    for (const TraceRow& row : visit) {
      CHECK(row.when >= before && row.when <= trace.last());
      CHECK(number(row.item) >= 1 && number(row.item) <= (row.kind == TraceRow::Kind::buy ? 2 : 3));
      before = row.when;
    }
    rows += visit.size();
  }
  CHECK(rows == trace.rows());
  return 0;
}
