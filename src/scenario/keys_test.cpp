#include "scenario/keys.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <set>
#include <sstream>

#include "base/source_tree.h"
#include "scenario/describe.h"
#include "scenario/parse_testing.h"
#include "scenario/units.h"

namespace doorbuster {
namespace {

std::string source(std::string_view path) {
  return std::string(DOORBUSTER_SOURCE_DIR) + "/" + std::string(path);
}

std::string contents(const std::string& path) {
  std::ifstream in(path);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

TEST(Keys, FindARowByTheNameThatStandsInAFile) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"seed", "seed"},
      {"load.rate", "load.rate"},
      {"load.stage[3].rate", "load.rate"},
      {"shop.product[1].stock", "shop.product.stock"},
      {"buyers.think", "buyers.think"},
      {"buyers.think.median", "buyers.X.median"},
      {"buyers.payment.time", "buyers.payment.time"},
      {"buyers.payment.time.median", "buyers.X.median"},
      {"buyers.kind[2].share", "buyers.kind.share"},
      {"buyers.kind[2].patience", "buyers.patience"},
      {"buyers.kind[2].think.median", "buyers.X.median"},
      {"buyers.kind[2].payment.time.median", "buyers.X.median"},
      {"strategy.cache-aside.ttl", "strategy.NAME.OPTION"},
      {"expect.cache-aside", "expect.NAME"},
      {"expect.cache-aside.no_oversell", "expect.NAME.INVARIANT"},
  };
  for (const auto& [name, row] : cases) {
    ASSERT_NE(find_key(name), nullptr) << name;
    EXPECT_EQ(find_key(name)->name, row);
  }
  for (const std::string_view none :
       {"", "load", "load.stage", "load.stage[1].model", "strategy.a", "buyers.X.mean",
        "buyers.choice.mean", "buyers.kind[1]", "buyers.kind[1].choice", "buyers.share",
        "buyers.payment.mean", "a.b.c.d.e", "strategy.a.b.c"}) {
    EXPECT_EQ(find_key(none), nullptr) << none;
  }
}

TEST(Keys, SayOfEachItsDefaultAndMeaning) {
  std::set<std::string_view> seen;
  for (const KeyRow& key : all_keys()) {
    EXPECT_TRUE(seen.insert(key.name).second) << key.name;
    EXPECT_FALSE(key.meaning.empty()) << key.name;
    EXPECT_NE(key.standard.empty(), key.absent.empty()) << key.name;
    EXPECT_LE(key.low, key.high) << key.name;
    EXPECT_EQ(key.words.empty(), key.kind != KeyKind::word) << key.name;
  }
}

// The table's default is what an empty scenario gets, spelled by other code than the reader's.
TEST(Keys, DefaultIsWhatAScenarioThatSaysNothingGets) {
  const Scenario scenario = must_parse(kMinimal + "stores.postgres.pipeline = true\n");
  std::size_t compared = 0;
  for (const auto& [name, value] : scenario.resolved) {
    const KeyRow* key = find_key(name);
    if (key == nullptr || key->standard.empty() || name == "stores.postgres.pipeline") continue;
    std::string text;
    if (const auto* flag = std::get_if<bool>(&value)) text = *flag ? "true" : "false";
    if (const auto* whole = std::get_if<std::int64_t>(&value)) text = std::to_string(*whole);
    if (const auto* real = std::get_if<double>(&value)) {
      std::ostringstream out;
      out << *real;
      text = out.str();
    }
    if (const auto* words = std::get_if<std::string>(&value)) text = '"' + *words + '"';
    if (const auto* time = std::get_if<Duration>(&value)) {
      EXPECT_EQ(parse_duration(key->standard.substr(1, key->standard.size() - 2)), *time) << name;
    } else {
      EXPECT_EQ(text, key->standard) << name;
    }
    ++compared;
  }
  EXPECT_GE(compared, 30u);
}

TEST(Keys, EveryRowCanBeResolvedAndEveryResolvedKeyHasARow) {
  std::set<std::string> resolved;
  for (const std::string& text :
       {std::string(
            "strategies = [\"cache-aside\"]\nshop.products = 3\nshop.on_sale = 2\n"
            "buyers.choice = \"zipf\"\nbuyers.retries = 1\nstores.postgres.pipeline = true\n"
            "[[shop.product]]\nid = 3\nname = \"x\"\nstock = 5\n"
            "[[shop.product]]\nid = 1\non_sale = false\n"
            "[load]\nprofile = \"flash\"\nat = \"1s\"\ndecay = \"1s\"\n"
            "[[buyers.kind]]\nname = \"a\"\nshare = 0.5\n"
            "[buyers.think]\ndistribution = \"fixed\"\nvalue = \"1s\"\n"
            "[buyers.views]\ndistribution = \"uniform\"\nlow = 1\nhigh = 2\n"
            "[buyers.quantity]\ndistribution = \"lognormal\"\nmedian = 1\nsigma = 1\n"
            "[[trouble]]\noperation = \"any\"\nkind = \"delay\"\ntime = \"1ms\"\n"
            "strategies = [\"cache-aside\"]\n"
            "[[fault]]\noperation = \"any\"\nkind = \"delay\"\ntime = \"1ms\"\nat = \"1s\"\n"
            "for = \"1s\"\nstrategies = [\"cache-aside\"]\n"
            "[[fault]]\nkind = \"redis_restart\"\nat = \"1s\"\nfor = \"1s\"\n"
            "[[fault]]\nkind = \"postgres_restart\"\nat = \"1s\"\nfor = \"1s\"\n"
            "[expect]\ncache-aside = \"holds\"\n"
            "[[thresholds]]\nexpression = \"goodput > 5/s\"\nstrategies = [\"cache-aside\"]\n"),
        kMinimal + "load.model = \"closed\"\nload.buyers = 1\n[expect.cache-aside]\nconservation = "
                   "\"broken\"\n",
        kMinimal + "load.profile = \"trace\"\nload.trace = \"x.csv\"\n",
        kMinimal + "load.profile = \"ramp\"\nload.rate_to = 5\n"}) {
    for (const auto& [name, value] : must_parse(text).resolved) {
      EXPECT_NE(find_key(name), nullptr) << name;
      resolved.insert(row_name(name));
    }
  }
  // These are spelled otherwise in a resolved scenario: as views, and with their distribution; the
  // last two are in given_names_test.cpp.
  for (const char* other : {"buyers.read_share", "buyers.views", "buyers.think", "buyers.quantity",
                            "buyers.cart", "buyers.reaction", "buyers.retry_delay",
                            "buyers.payment.time", "strategy.NAME.is", "strategy.NAME.unsafe"}) {
    resolved.insert(other);
  }
  for (const KeyRow& key : all_keys())
    EXPECT_TRUE(resolved.contains(std::string(key.name))) << key.name;
}

TEST(Keys, ProposeOnlyNamesThatAFileMayHave) {
  for (const std::string& name : proposable_names()) {
    EXPECT_TRUE(shape_of(name).known()) << name;
  }
}

TEST(Keys, TableFitsTheTerminal) {
  for (const std::size_t width : {50u, 80u, 120u}) {
    std::istringstream lines(key_table(width));
    for (std::string line; std::getline(lines, line);) {
      EXPECT_LE(line.size(), width) << line;
    }
  }
  EXPECT_NE(key_table(80).find("load.duration\n    duration, 1us to 24h; default: \"10s\"\n"),
            std::string::npos)
      << key_table(80);
}

TEST(Keys, TableOfTheScenariosReadmeIsUpToDate) {
  const std::string path = source("scenarios/README.md");
  const std::string text = contents(path);
  constexpr std::string_view kBegin = "<!-- keys: generated, see keys_test.cpp -->\n";
  constexpr std::string_view kEnd = "<!-- end of keys -->";
  const std::size_t begin = text.find(kBegin);
  const std::size_t end = text.find(kEnd);
  ASSERT_TRUE(begin != std::string::npos && end != std::string::npos && begin < end) << path;
  const std::string fresh =
      text.substr(0, begin + kBegin.size()) + key_table_markdown() + text.substr(end);
  if (std::getenv("DOORBUSTER_UPDATE_GOLDEN") != nullptr) {
    std::ofstream(path) << fresh;
  } else {
    EXPECT_EQ(text, fresh) << "renew it with DOORBUSTER_UPDATE_GOLDEN=1";
  }
}

}  // namespace
}  // namespace doorbuster
