#include "scenario/parse.h"

#include "base/sha256.h"
#include "scenario/describe.h"
#include "scenario/parse_testing.h"

namespace doorbuster {
namespace {

// Says all that can be said of an open load.
constexpr std::string_view kFull = R"(
name = "full"
description = "Everything, \"quoted\" and\nbroken."
seed = 42
repetitions = 5
shards = 2
pause = "1s"
strategies = ["cache-aside", "read-then-write"]
[shop]
products = 10
stock = 50
on_sale = 3
[[shop.product]]
id = 2
name = "lamp"
stock = 7
[[shop.product]]
id = 9
stock = 0
[[shop.product]]
id = 10
on_sale = true
[load]
model = "open"
pacing = "1ms"
[[load.stage]]
profile = "constant"
duration = "1s"
rate = 0
[[load.stage]]
profile = "ramp"
duration = "2s"
rate = 10
rate_to = 100
[[load.stage]]
profile = "step"
duration = "3s"
at = "1s"
rate = 100
rate_to = 50
[[load.stage]]
profile = "flash"
duration = "4s"
at = "1s"
quiet_rate = 5
rate = 500
decay = "0.5s"
[buyers]
views = { distribution = "fixed", value = 3 }
think = { distribution = "uniform", low = "10ms", high = "20ms" }
quantity = { distribution = "geometric", mean = 2 }
patience = "8s"
never_buys = 0.25
deterred = true
choice = "zipf"
zipf_exponent = 1.2
[strategy.cache-aside]
ttl = "1m30s"
attempts = 5
jitter = 1
negative = true
invalidate = "expire"
[stores]
unix_sockets = true
durable = true
redis = { connections = 3, timeout = "200ms" }
postgres = { connections = 4, pipeline = true, depth = 16, timeout = "2s" }
[network]
rtt = "0.5ms"
[simulation]
redis_service = "1us"
postgres_service = "2us"
postgres_commit = "3us"
postgres_cores = 4
network = "5us"
sigma = 0.5
[warmup]
duration = "3s"
rate = 20
[limits]
buyers_in_flight = 10
drain = "1s"
[[trouble]]
operation = "take_if_available"
kind = "delay"
at = "after"
share = 0.01
time = "50ms"
jitter = "10ms"
strategies = ["cache-aside", "read-then-write"]
[[trouble]]
operation = "redis"
kind = "lose_request"
[[trouble]]
operation = "postgres"
kind = "lose_reply"
time = "2s"
[[trouble]]
operation = "any"
kind = "cut"
[[trouble]]
operation = "get"
kind = "die"
at = "after"
strategies = ["cache-aside"]
[[fault]]
kind = "lose_reply"
at = "2s"
for = "500ms"
operation = "take_if_available"
share = 0.5
strategies = ["cache-aside"]
[[fault]]
kind = "die"
at = "half_sold"
for = "1s"
operation = "any"
when = "after"
[[fault]]
kind = "redis_restart"
at = "0s"
for = "1s"
keeps = "nothing"
[[fault]]
kind = "redis_stall"
at = "2s"
for = "2s"
[[fault]]
kind = "postgres_restart"
at = "1500ms"
for = "1s"
mode = "fast"
[expect]
cache-aside = "holds"
read-then-write = { no_oversell = "broken", conservation = "undecided" }
[[thresholds]]
expression = "buy.p99 < 50ms"
strategies = ["cache-aside", "read-then-write"]
abort = true
[[thresholds]]
expression = "failed_share<=1%"
)";

TEST(Parse, FillsDefaultsIn) {
  const Scenario s = must_parse(kMinimal);
  EXPECT_EQ(s.name, "sale");
  EXPECT_EQ(s.file, "scenarios/sale.toml");
  EXPECT_EQ(s.sha256, sha256(kMinimal));
  EXPECT_EQ(s.seed, 1u);
  ASSERT_EQ(s.shop.products.size(), 1u);
  EXPECT_EQ(s.shop.products[0].name, "product 1");
  EXPECT_EQ(s.shop.products[0].stock, 100);
  ASSERT_EQ(s.load.stages.size(), 1u);
  EXPECT_EQ(s.load.stages[0].profile, Profile::poisson);
  EXPECT_EQ(s.load.stages[0].rate, 1000);
  EXPECT_EQ(s.load.duration(), 10s);
  EXPECT_EQ(s.load.pacing, 100us);
  EXPECT_EQ(s.buyers.think.kind, Distribution::Kind::exponential);
  EXPECT_EQ(s.buyers.think.mean, 0.5);
  EXPECT_EQ(s.buyers.quantity.kind, Distribution::Kind::fixed);
  EXPECT_EQ(s.buyers.patience, 30s);
  EXPECT_EQ(s.stores.postgres_depth, 1);
  EXPECT_EQ(s.limits.buyers_in_flight, 100'000);
  EXPECT_TRUE(s.thresholds.empty());
}

TEST(Parse, ReadsEverythingThatCanBeSaid) {
  const Scenario s = must_parse(kFull);
  EXPECT_EQ(s.name, "full");
  EXPECT_EQ(s.shards, 2);
  ASSERT_EQ(s.shop.products.size(), 10u);
  EXPECT_EQ(s.shop.products[1].name, "lamp");
  EXPECT_EQ(s.shop.products[1].stock, 7);
  EXPECT_FALSE(s.shop.products[3].on_sale);
  EXPECT_TRUE(s.shop.products[9].on_sale);
  ASSERT_EQ(s.load.stages.size(), 4u);
  EXPECT_EQ(s.load.stages[1].rate_to, 100);
  EXPECT_EQ(s.load.stages[2].at, 1s);
  EXPECT_EQ(s.load.stages[3].decay, 500ms);
  EXPECT_EQ(s.load.duration(), 10s);
  EXPECT_EQ(s.buyers.views.mean, 3);
  EXPECT_EQ(s.buyers.think.low, 0.01);
  EXPECT_EQ(s.buyers.quantity.kind, Distribution::Kind::geometric);
  EXPECT_EQ(s.buyers.choice.kind, Choice::Kind::zipf);
  EXPECT_EQ(s.buyers.choice.exponent, 1.2);
  ASSERT_EQ(s.strategies.size(), 2u);
  const Options& options = s.strategies[0].options;
  EXPECT_EQ(options.at("ttl"), OptionValue(Duration(90s)));
  EXPECT_EQ(options.at("lease"), OptionValue(Duration(100ms)));
  EXPECT_EQ(options.at("jitter"), OptionValue(1.0));
  EXPECT_EQ(s.stores.postgres_depth, 16);
  EXPECT_EQ(s.stores.redis_timeout, 200ms);
  EXPECT_EQ(s.stores.rtt, 500us);
  EXPECT_EQ(s.simulation.postgres_cores, 4);
  ASSERT_EQ(s.expectations.size(), 2u);
  EXPECT_TRUE(s.expectations[0].invariants.empty());
  EXPECT_EQ(s.expectations[1].invariants.at("no_oversell"), Verdict::broken);
  EXPECT_EQ(s.expectations[1].invariants.at("conservation"), Verdict::undecided);
  ASSERT_EQ(s.thresholds.size(), 2u);
  EXPECT_EQ(s.thresholds[0].metric, "buy.p99");
  EXPECT_EQ(s.thresholds[0].comparison, Threshold::Comparison::less);
  EXPECT_EQ(s.thresholds[0].value, 50'000);
  EXPECT_EQ(s.thresholds[0].unit, "ms");
  EXPECT_TRUE(s.thresholds[0].abort);
  EXPECT_EQ(s.thresholds[1].comparison, Threshold::Comparison::less_equal);
  EXPECT_EQ(s.thresholds[1].value, 0.01);
}

TEST(Parse, ReadsFaultsOfOperationsAndOfServers) {
  EXPECT_TRUE(must_parse(kMinimal).faults.empty());
  const Scenario s = must_parse(kFull);
  ASSERT_EQ(s.faults.size(), 5U);
  const Fault& lost = s.faults[0];
  EXPECT_EQ(lost.kind, "lose_reply");
  EXPECT_EQ(lost.at, s.load.t0() + 2s);
  EXPECT_EQ(lost.lasts, 500ms);
  EXPECT_EQ(lost.strategies, std::vector<std::string>{"cache-aside"});
  const auto& trouble = std::get<Trouble>(lost.what);
  EXPECT_EQ(trouble.operation, "take_if_available");
  EXPECT_EQ(trouble.kind, Trouble::Kind::lose_reply);
  EXPECT_EQ(trouble.share, 0.5);
  EXPECT_EQ(trouble.time, 100ms);
  EXPECT_EQ(s.faults[1].at, std::nullopt);
  EXPECT_EQ(std::get<Trouble>(s.faults[1].what).when, Trouble::When::after);
  const auto server = [&s](std::size_t i) { return std::get<ServerFault>(s.faults[i].what); };
  EXPECT_EQ(server(2).store, Store::redis);
  EXPECT_EQ(server(2).kind, ServerFault::Kind::restart);
  EXPECT_FALSE(server(2).snapshot);
  EXPECT_EQ(server(3).kind, ServerFault::Kind::stall);
  EXPECT_EQ(server(4).store, Store::postgres);
  EXPECT_FALSE(server(4).immediate);
  const Scenario other = must_parse(
      kMinimal +
      "[[fault]]\nkind = \"redis_restart\"\nat = \"1s\"\nfor = \"1s\"\nkeeps = \"snapshot\"\n"
      "[[fault]]\nkind = \"postgres_restart\"\nat = \"1s\"\nfor = \"1s\"\n");
  EXPECT_TRUE(std::get<ServerFault>(other.faults.at(0).what).snapshot);
  EXPECT_TRUE(std::get<ServerFault>(other.faults.at(1).what).immediate);
}

TEST(Parse, CountsFaultsFromTheEndOfTheQuietTime) {
  const Scenario s =
      must_parse(kMinimal +
                 "[[load.stage]]\nduration = \"2s\"\n[[load.stage]]\n"
                 "profile = \"flash\"\nduration = \"9s\"\nat = \"3s\"\ndecay = \"3s\"\n"
                 "[[fault]]\nkind = \"redis_stall\"\nat = \"1s\"\nfor = \"1s\"\n");
  EXPECT_EQ(s.load.t0(), 5s);
  EXPECT_EQ(s.faults.at(0).at, 6s);
}

TEST(Parse, ReadsTroubleOfEachKind) {
  using Kind = Trouble::Kind;
  EXPECT_TRUE(must_parse(kMinimal).troubles.empty());
  const std::vector<Trouble> troubles = must_parse(kFull).troubles;
  ASSERT_EQ(troubles.size(), 5U);
  EXPECT_EQ(troubles[0].operation, "take_if_available");
  EXPECT_EQ(troubles[0].when, Trouble::When::after);
  EXPECT_EQ(troubles[0].share, 0.01);
  EXPECT_EQ(troubles[0].jitter, 10ms);
  EXPECT_EQ(troubles[0].strategies, (std::vector<std::string>{"cache-aside", "read-then-write"}));
  const std::pair<Kind, Duration> kinds[] = {{Kind::delay, 50ms},
                                             {Kind::lose_request, 100ms},
                                             {Kind::lose_reply, 2s},
                                             {Kind::cut, 0s},
                                             {Kind::die, 0s}};
  for (std::size_t i = 0; i < troubles.size(); ++i) {
    EXPECT_EQ(troubles[i].kind, kinds[i].first) << i;
    EXPECT_EQ(troubles[i].time, kinds[i].second) << i;
  }
  EXPECT_EQ(troubles[3].when, Trouble::When::before);
  EXPECT_EQ(troubles[3].share, 1);
  EXPECT_TRUE(troubles[3].strategies.empty());
  EXPECT_EQ(troubles[4].when, Trouble::When::after);
}

TEST(Parse, TakesAnyOperationWhereNobodySaysWhichThereAre) {
  Vocabulary words = test_vocabulary();
  words.operations.clear();
  const ParsedScenario parsed = parse_scenario(
      kMinimal + "[[trouble]]\noperation = \"whatever\"\nkind = \"cut\"\n", "a.toml", words);
  EXPECT_EQ(problems_of(parsed), "");
}

TEST(Parse, ReadsAClosedLoad) {
  const Scenario s =
      must_parse(kMinimal + "[load]\nmodel = \"closed\"\nbuyers = 30\nduration = \"4s\"\n");
  EXPECT_EQ(s.load.model, Load::Model::closed);
  EXPECT_EQ(s.load.closed_buyers, 30);
  EXPECT_EQ(s.load.duration(), 4s);
  EXPECT_TRUE(s.load.stages.empty());
}

TEST(Parse, DerivesViewsFromTheReadShare) {
  struct Case {
    const char* keys;
    double mean;
  };
  for (const Case& c :
       {Case{"read_share = 0.9", 9}, Case{"read_share = 0.99", 99}, Case{"read_share = 0.5", 1},
        Case{"read_share = 0", 0}, Case{"read_share = 0.9\nnever_buys = 0.5", 4.407536453}}) {
    const Scenario s = must_parse(kMinimal + "[buyers]\n" + c.keys + "\n");
    EXPECT_EQ(s.buyers.views.kind, Distribution::Kind::geometric);
    EXPECT_NEAR(s.buyers.views.mean, c.mean, 1e-9) << c.keys;
  }
}

TEST(Parse, NamesAScenarioAfterItsFile) {
  const auto name = [](std::string file) {
    return std::get<Scenario>(parse_scenario(kMinimal, std::move(file), test_vocabulary())).name;
  };
  EXPECT_EQ(name("a/b/flash-sale.toml"), "flash-sale");
  EXPECT_EQ(name("my sale!.toml"), "my-sale-");
  EXPECT_EQ(name(""), "scenario");
  EXPECT_EQ(name("..toml"), "scenario");
}

TEST(Parse, ReadsBackWhatADescriptionSays) {
  for (const std::string& text :
       {kMinimal, std::string(kFull), kMinimal + "load.model = \"closed\"\nload.buyers = 3\n",
        kMinimal +
            "buyers.think = { distribution = \"lognormal\", median = \"0.8s\", sigma = 0.6 }\n"}) {
    const Scenario once = must_parse(text);
    const Scenario twice = must_parse(to_toml(once));
    EXPECT_EQ(once.resolved, twice.resolved) << to_toml(once);
    EXPECT_EQ(twice.load.duration(), once.load.duration());
    EXPECT_EQ(twice.expectations.size(), once.expectations.size());
    EXPECT_EQ(twice.thresholds.size(), once.thresholds.size());
  }
}

TEST(Parse, SurvivesProductsThatOnlyTheFileTellsApart) {
  const Scenario once = must_parse(kMinimal +
                                   "shop.products = 3\n[[shop.product]]\nid = 1\nstock = "
                                   "9\n[[shop.product]]\nid = 2\non_sale = false\n");
  const Scenario twice = must_parse(to_toml(once));
  ASSERT_EQ(twice.shop.products.size(), 3u);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(twice.shop.products[i].stock, once.shop.products[i].stock) << i;
    EXPECT_EQ(twice.shop.products[i].on_sale, once.shop.products[i].on_sale) << i;
  }
}

TEST(Parse, AThresholdKeepsTheUnitItWasSaidInWhereThatIsOne) {
  for (const auto& [said, unit] : {std::pair("1m", "m"), {"90s", "s"}, {"1m30s", "s"}}) {
    const Scenario s = must_parse(kMinimal + "[[thresholds]]\nexpression = \"buy.p99 < " +
                                  std::string(said) + "\"\n");
    ASSERT_EQ(s.thresholds.size(), 1U);
    EXPECT_EQ(s.thresholds[0].unit, unit);
    if (std::string_view(said) != "1m") {
      EXPECT_EQ(s.thresholds[0].value, 90e6);
    }
  }
}

TEST(Parse, OfATextThatIsNoneSaysOneSentence) {
  const std::string deep = [] {
    std::string text = "a";
    for (int i = 0; i < 300'000; ++i) text += ".a";
    return text + " = 1\n";
  }();
  const std::pair<std::string, std::string_view> cases[] = {
      {"", ": the file is empty; begin with a copy of scenarios/quick.toml"},
      {" \n\t\n", ": the file is empty; begin with a copy of scenarios/quick.toml"},
      {std::string("a = 1\0", 6),
       ": the file is binary (it has NUL bytes); a scenario is TOML text"},
      {"a = 1\n# \xff\n", ":2: the file is not UTF-8 text; a scenario is TOML text"},
      {"# \xc3", ":1: the file is not UTF-8 text; a scenario is TOML text"},
      {std::string(kLargestScenario + 1, '#'),
       ": 1048577 bytes are no scenario; the limit is 1 MiB"},
      {deep, ":1: the line has 600005 bytes; break it into lines of at most 2000"},
  };
  for (const auto& [text, message] : cases) {
    EXPECT_EQ(problems_of(parse_text(text)), "scenarios/sale.toml" + std::string(message) + "\n");
  }
}

}  // namespace
}  // namespace doorbuster
