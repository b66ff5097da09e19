// Any text, and after a NUL any --set: a scenario or problems, never neither; what comes out says
// of itself as TOML what it is.
#include <string>
#include <string_view>

#include "base/check.h"
#include "scenario/describe.h"
#include "scenario/overrides.h"
#include "scenario/parse.h"
#include "scenario/test_vocabulary.h"

namespace doorbuster {
namespace {

void judge(std::string_view text, const std::vector<Override>& overrides) {
  static const Vocabulary vocabulary = test_vocabulary();
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
