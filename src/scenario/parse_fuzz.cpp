// Any text, and after a NUL any --set: a scenario or problems, never neither; what comes out says
// of itself as TOML what it is.
#include <string>
#include <string_view>

#include "base/check.h"
#include "scenario/describe.h"
#include "scenario/overrides.h"
#include "scenario/parse.h"

namespace doorbuster {
namespace {

// One option of each type.
Vocabulary words() {
  Vocabulary words;
  words.strategies = {{"database-atomic", {}},
                      {"read-then-write", {}},
                      {"cache-aside",
                       {{"ttl", Duration(300s), "of a copy", {}},
                        {"attempts", std::int64_t{3}, "at a lease", {}},
                        {"jitter", 0.1, "of the ttl", {}},
                        {"negative", false, "keep absent ones", {}},
                        {"invalidate", std::string("delete"), "how", {"delete", "expire"}}}},
                      {"cache-aside-textbook", {{"ttl", Duration(300s), "of a copy", {}}}},
                      {"write-through", {}},
                      {"write-through-textbook", {}}};
  words.invariants = {"no_oversell",
                      "no_oversold_promise",
                      "no_undersell",
                      "no_lost_order",
                      "no_phantom_order",
                      "no_duplicate_order",
                      "conservation",
                      "no_negative_stock",
                      "cache_agrees_with_database",
                      "gate_agrees_with_database",
                      "no_leaked_units"};
  words.metrics = {{"buy.p99", MetricKind::time}, {"goodput", MetricKind::rate}};
  return words;
}

void judge(std::string_view text, const std::vector<Override>& overrides) {
  static const Vocabulary vocabulary = words();
  const ParsedScenario parsed = parse_scenario(text, "fuzz.toml", vocabulary, overrides);
  if (const auto* problems = std::get_if<std::vector<Problem>>(&parsed)) {
    CHECK(!problems->empty(), "refused without a word");
    for (const Problem& problem : *problems) {
      const std::string said = to_string(problem);
      CHECK(!problem.message.empty(), "{}", said);
      for (const char letter : said)
        CHECK(letter >= ' ' || letter < 0, "for no terminal: {}", said);
    }
    return;
  }
  const std::string toml = to_toml(std::get<Scenario>(parsed));
  const ParsedScenario again = parse_scenario(toml, "fuzz.toml", vocabulary);
  if (const auto* problems = std::get_if<std::vector<Problem>>(&again)) {
    CHECK(false, "{}\nin what it says of itself:\n{}", to_string(problems->front()), toml);
  }
  const std::string toml_again = to_toml(std::get<Scenario>(again));
  CHECK(toml_again == toml, "{}\nbecame\n{}", toml, toml_again);
}

}  // namespace
}  // namespace doorbuster

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  using namespace doorbuster;
  std::string_view text(reinterpret_cast<const char*>(data), size);
  std::vector<Override> overrides;
  if (const auto nul = text.find('\0'); nul != std::string_view::npos) {
    if (auto change = set_override(text.substr(nul + 1))) overrides.push_back(*std::move(change));
    text = text.substr(0, nul);
  }
  judge(text, overrides);
  return 0;
}
