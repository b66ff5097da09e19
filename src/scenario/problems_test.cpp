// Every kind of mistake in a scenario file, with the sentence that tells it.
#include <gtest/gtest.h>

#include "scenario/describe.h"
#include "scenario/mistakes_testing.h"

namespace doorbuster {
namespace {

TEST(Problems, TellAnUnknownKeyWithTheNearestKnown) {
  expect_all({
      {"[load]\ndurration = \"1s\"", "3: unknown key load.durration; did you mean load.duration?"},
      {"[load]\n\nmodle = \"open\"", "4: unknown key load.modle; did you mean load.model?"},
      {"rate = 5", "2: unknown key rate; did you mean load.rate?"},
      {"[lod]\nrate = 5", "2: unknown table lod; did you mean load?"},
      {"[[load.stage]]\nraet = 5",
       "3: unknown key load.stage[1].raet; did you mean load.stage.rate?"},
      {"[[load.stage]]\nbuyers = 5",
       "3: unknown key load.stage[1].buyers; did you mean load.buyers?"},
      {"[[load.stages]]\nrate = 5", "2: unknown table load.stages; did you mean load.stage?"},
      {"buyers.think = { distribution = \"exponential\", mean = \"2s\", mena = \"2s\" }",
       "2: unknown key buyers.think.mena; did you mean buyers.think.mean?"},
      {"[stores.redis]\npipelining = true", "3: unknown key stores.redis.pipelining"},
      {"\"load.rate\" = 5", "2: unknown key load.rate"},
      {"\"\\u001b[31m\" = 5", "2: unknown key \\x1b[31m"},
      {"strategy.cache-aside.ttl.x = 5",
       "2: strategy.cache-aside.ttl: a as the strategy says is needed, not a table"},
      {"buyers.X.mean = 5", "2: unknown table buyers.X"},
      {"[thresholds]\nexpression = \"x\"", "2: thresholds: a list is needed: [[thresholds]]"},
  });
}

TEST(Problems, TellAWrongType) {
  expect_all({
      {"seed = \"7\"", "2: seed = \"7\": a whole number is needed"},
      {"seed = 7.5", "2: seed = 7.5: a whole number is needed"},
      {"name = 7", "2: name = 7: a text in quotes is needed"},
      {"[buyers]\ndeterred = 1", "3: buyers.deterred = 1: true or false is needed"},
      {"[load]\nrate = \"fast\"", "3: load.rate = \"fast\": a number is needed"},
      {"[load]\nrate = nan", "3: load.rate = nan: a number is needed"},
      {"[load]\nrate = inf", "3: load.rate = inf: at most 10000000 is possible"},
      {"[load]\nrate = 2026-11-27", "3: load.rate = 2026-11-27: a number is needed"},
      {"[load]\nduration = true", "3: load.duration = true: a duration is needed, such as \"10s\""},
      {"load = 5", "2: load = 5: a table is needed: [load]"},
      {"[[load]]\nrate = 5", "2: load: one table is needed: [load]"},
      {"[load.rate]\nx = 5", "2: load.rate: a number is needed, not a table"},
      {"shop.product = { id = 1 }", "2: shop.product: a list is needed: [[shop.product]]"},
      {"shop.product = [ 1 ]", "2: shop.product[1] = 1: a table is needed: [[shop.product]]"},
      {"[[thresholds]]\nexpression = \"goodput > 1\"\nstrategies = \"a\"",
       "4: thresholds[1].strategies = \"a\": a list of names is needed, such as [\"a\", \"b\"]"},
      {"[load]\nprofile = \"flahs\"",
       "3: load.profile = \"flahs\": one of constant, poisson, ramp, step, flash, trace is needed; "
       "did "
       "you "
       "mean flash?"},
  });
}

TEST(Problems, TellABadUnit) {
  expect_all({
      {"[load]\nduration = 10", "3: load.duration = 10: a duration needs a unit, such as \"10s\""},
      {"[load]\nduration = \"10\"",
       "3: load.duration = \"10\": a duration is needed: a number and a "
       "unit of ns, us, ms, s, m or h"},
      {"[load]\nduration = \"10 parsecs\"",
       "3: load.duration = \"10 parsecs\": a duration is needed: "
       "a number and a unit of ns, us, ms, s, m or h"},
      {"[buyers]\nthink = 0.5", "3: buyers.think = 0.5: a duration needs a unit, such as \"0.5s\""},
      {"[buyers]\nviews = \"3s\"", "3: buyers.views = \"3s\": a number is needed"},
      {"[buyers.think]\ndistribution = \"fixed\"\nvalue = 3",
       "4: buyers.think.value = 3: a duration needs a unit, such as \"3s\""},
  });
}

TEST(Problems, TellAnImpossibleValue) {
  expect_all({
      {"repetitions = 0", "2: repetitions = 0: at least 1 is needed"},
      {"seed = -1", "2: seed = -1: at least 0 is needed"},
      {"shards = 1000", "2: shards = 1000: at most 256 is possible"},
      {"[shop]\nstock = -1", "3: shop.stock = -1: at least 0 is needed"},
      {"[shop]\nstock = 0",
       "3: shop.stock = 0: product 1 is on sale with no stock, which is an "
       "impossible sale; give it stock, or take it off sale with on_sale"},
      {"[shop]\nproducts = 0", "3: shop.products = 0: at least 1 is needed"},
      {"[shop]\nproducts = 2\non_sale = 3",
       "4: shop.on_sale = 3: there are 2 products (shop.products)"},
      {"[[shop.product]]\nid = 1\nstock = 0",
       "4: shop.product[1].stock = 0: product 1 is on sale with no stock, which is an impossible "
       "sale; give it stock, or take it off sale with on_sale"},
      {"[[shop.product]]\nid = 2",
       "3: shop.product[1].id = 2: there are 1 products (shop.products)"},
      {"[[shop.product]]\nstock = 2", "2: shop.product[1].id is missing"},
      {"[[shop.product]]\nid = 1\n[[shop.product]]\nid = 1",
       "5: shop.product[2].id = 1: product 1 was changed before"},
      {"[shop]\n[[shop.product]]\nid = 1\non_sale = false", "2: shop: nothing is on sale"},
      {"[load]\nrate = 0", "3: load.rate = 0: nobody would come: the rate is 0 for the whole load"},
      {"[load]\nrate = -1", "3: load.rate = -1: at least 0 is needed"},
      {"[load]\nrate = 1e9", "3: load.rate = 1000000000: at most 10000000 is possible"},
      {"[load]\nduration = \"0s\"", "3: load.duration = \"0s\": at least 1us is needed"},
      {"[load]\nduration = \"-1s\"", "3: load.duration = \"-1s\": at least 1us is needed"},
      {"[load]\nduration = \"25h\"", "3: load.duration = \"25h\": at most 24h is possible"},
      {"[load]\nduration = \"24h\"\nrate = 1e6",
       "4: load.rate = 1000000: about 8.64e+10 buyers would come; at most 1e+09 are possible"},
      {"[buyers]\nnever_buys = 1.5", "3: buyers.never_buys = 1.5: a share from 0 to 1 is needed"},
      {"[buyers]\nread_share = 1", "3: buyers.read_share = 1: at most 0.9999 is possible"},
      {"[buyers]\nread_share = -0.1", "3: buyers.read_share = -0.1: at least 0 is needed"},
      {"[stores.redis]\nconnections = 0", "3: stores.redis.connections = 0: at least 1 is needed"},
      {"[stores.postgres]\nconnections = 0",
       "3: stores.postgres.connections = 0: at least 1 is needed"},
      {"[stores.redis]\ntimeout = \"0s\"",
       "3: stores.redis.timeout = \"0s\": at least 1us is needed"},
      {"name = \"../../etc\"",
       "2: name = \"../../etc\": 1 to 64 letters, digits, '.', '_' and '-' are needed, no '.' "
       "first"},
      {"name = \"\"",
       "2: name = \"\": 1 to 64 letters, digits, '.', '_' and '-' are needed, no '.' first"},
      {"[warmup]\nrate = 0",
       "3: warmup.rate = 0: a warm-up needs buyers; for none, say "
       "warmup.duration = \"0s\""},
  });
}

TEST(Problems, TellAContradiction) {
  expect_all({
      {"[buyers]\nread_share = 0.9\nviews = 3",
       "3: buyers.read_share = 0.9: it stands for buyers.views, which is given too; keep one"},
      {"[buyers]\nread_share = 0.1\nnever_buys = 0.5",
       "3: buyers.read_share = 0.1: who never buys sees a page each, which is a larger share "
       "already; "
       "lower never_buys"},
      {"[buyers]\nread_share = 0.9\nnever_buys = 1",
       "3: buyers.read_share = 0.9: with never_buys = 1 there are no purchases to share with; give "
       "views instead"},
      {"[load]\nmodel = \"closed\"\nbuyers = 10\nrate = 5",
       "5: load.rate = 5: it has no effect here; it belongs to model = \"open\""},
      {"[load]\nmodel = \"closed\"\nbuyers = 10\n[[load.stage]]\nrate = 5",
       "5: load.stage: it has no effect here; it belongs to model = \"open\""},
      {"[load]\nmodel = \"closed\"",
       "2: load.buyers is missing: a closed load needs it, such as buyers = 1000"},
      {"[load]\nbuyers = 10",
       "3: load.buyers = 10: it has no effect here; it belongs to model = "
       "\"closed\""},
      {"[load]\nprofile = \"poisson\"\nat = \"1s\"",
       "4: load.at = \"1s\": it has no effect here; it belongs to profile = \"step\" and "
       "\"flash\""},
      {"[load]\ndecay = \"1s\"",
       "3: load.decay = \"1s\": it has no effect here; it belongs to profile = \"flash\""},
      {"[load]\nprofile = \"ramp\"",
       "2: load.rate_to is missing: profile ramp needs it, such as rate_to = 2000"},
      {"[load]\nprofile = \"flash\"\ndecay = \"1s\"\nat = \"10s\"",
       "5: load.at = \"10s\": it is not before the end, duration = \"10s\""},
      {"[load]\nprofile = \"flash\"\ndecay = \"1s\"\nat = \"1s\"\nquiet_rate = 2000",
       "6: load.quiet_rate = 2000: it is above the peak, rate = 1000"},
      {"[load]\nrate = 5\n[[load.stage]]\nrate = 6",
       "3: load.rate = 5: it has no effect beside [[load.stage]]; say it there"},
      {"shards = 4\n[stores.postgres]\nconnections = 3",
       "4: stores.postgres.connections = 3: each of the 4 shards needs a connection of its own"},
      {"[stores.postgres]\ndepth = 4",
       "3: stores.postgres.depth = 4: it has no effect here; it belongs to pipeline = true"},
      {"[buyers]\nzipf_exponent = 1.2",
       "3: buyers.zipf_exponent = 1.2: it has no effect here; it "
       "belongs to choice = \"zipf\""},
      {"buyers.quantity = { distribution = \"uniform\", low = 3, high = 1 }",
       "2: buyers.quantity.low = 3: it is above high"},
      {"buyers.quantity = { distribution = \"fixed\", value = 3, mean = 1 }",
       "2: buyers.quantity.mean = 1: it has no effect here; it belongs to distribution = "
       "\"exponential\" and \"geometric\""},
      {"buyers.quantity = { value = 3 }", "2: buyers.quantity.distribution is missing"},
      {"buyers.think = { distribution = \"geometric\", mean = \"1s\" }",
       "2: buyers.think.distribution = \"geometric\": a geometric counts things; exponential is "
       "its "
       "like in time"},
  });
}

TEST(Problems, TellNamesThatTheVocabularyHasNot) {
  expect_all({
      {"[strategy.cache-asid]\nttl = \"1s\"",
       "2: strategy.cache-asid: unknown strategy cache-asid; did you mean cache-aside?"},
      {"[strategy.cache-aside]\ntlt = \"1s\"",
       "3: strategy.cache-aside.tlt = \"1s\": strategy cache-aside has no such option; did you "
       "mean "
       "ttl?"},
      {"[strategy.database-atomic]\nttl = \"1s\"",
       "3: strategy.database-atomic.ttl = \"1s\": strategy database-atomic has no such option; it "
       "has no options"},
      {"[strategy.cache-aside]\nttl = 1",
       "3: strategy.cache-aside.ttl = 1: a duration needs a unit, such as \"10s\""},
      {"[strategy.cache-aside]\nattempts = 1.5",
       "3: strategy.cache-aside.attempts = 1.5: a whole number is needed"},
      {"[strategy.cache-aside]\nattempts = 0",
       "3: strategy.cache-aside.attempts = 0: at least 1 is needed"},
      {"[strategy.cache-aside]\nlease = \"99us\"",
       "3: strategy.cache-aside.lease = \"99us\": 100us to 24h is possible"},
      {"[strategy.cache-aside]\nttl = \"25h\"",
       "3: strategy.cache-aside.ttl = \"25h\": 0s to 24h is possible"},
      {"[strategy.cache-aside]\njitter = \"a\"",
       "3: strategy.cache-aside.jitter = \"a\": a number is needed"},
      {"[strategy.cache-aside]\nnegative = 1",
       "3: strategy.cache-aside.negative = 1: true or false is needed"},
      {"[strategy.cache-aside]\ninvalidate = \"delte\"",
       "3: strategy.cache-aside.invalidate = \"delte\": one of delete, expire is needed; did you "
       "mean delete?"},
      {"[expect]\ncache-asid = \"holds\"",
       "3: expect.cache-asid = \"holds\": unknown strategy cache-asid; did you mean cache-aside?"},
      {"[expect]\ncache-aside = \"broken\"",
       "3: expect.cache-aside = \"broken\": one of holds is needed"},
      {"[expect.cache-aside]\nno_overselling = \"broken\"",
       "3: expect.cache-aside.no_overselling = \"broken\": unknown invariant or property; did you "
       "mean "
       "no_oversell?"},
      {"[expect.cache-aside]\nno_oversell = \"maybe\"",
       "3: expect.cache-aside.no_oversell = \"maybe\": one of holds, broken, undecided is needed"},
  });
}

TEST(Problems, TellAThresholdThatCannotBeAsked) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"buy.p98 < 5ms", "unknown metric buy.p98; did you mean buy.p99?"},
      {"buy.p99 < 5", "buy.p99 is a time and needs a unit, such as 5 ms"},
      {"buy.p99 < 5%", "buy.p99 is a time and needs a unit, such as 5 ms"},
      {"goodput > 5ms", "goodput takes no unit or \"/s\", not \"ms\""},
      {"goodput > 5%", "goodput takes no unit or \"/s\", not \"%\""},
      {"failed_share < 5/s", "failed_share takes no unit or \"%\", not \"/s\""},
      {"oversold_units < 5%", "oversold_units takes no unit, not \"%\""},
      {"goodput", "a comparison is needed, such as \"buy.p99 < 50ms\""},
      {"goodput = 5", "the comparisons are <, <=, >, >= and =="},
      {"goodput > ", "\"\" is not a number of at least 0"},
      {"goodput > -5", "\"-5\" is not a number of at least 0"},
      {"goodput > nan", "\"nan\" is not a number of at least 0"},
      {"goodput > 1e999", "\"1e999\" is not a number of at least 0"},
  };
  for (const auto& [expression, message] : cases) {
    EXPECT_EQ(problems_of("[[thresholds]]\nexpression = \"" + std::string(expression) + "\""),
              "3: thresholds[1].expression = \"" + std::string(expression) +
                  "\": " + std::string(message));
  }
  EXPECT_EQ(problems_of("[[thresholds]]\nabort = true"),
            "2: thresholds[1].expression is missing, such as \"buy.p99 < 50ms\"");
  EXPECT_EQ(
      problems_of("[[thresholds]]\nexpression = \"goodput > 1\"\nstrategies = [\"cache-asides\"]"),
      "4: thresholds[1].strategies = [\"cache-asides\"]: unknown strategy cache-asides; did "
      "you mean cache-aside?");
}

TEST(Problems, TellAThresholdThatCannotEndATrialEarly) {
  const std::string audited = "[[thresholds]]\nexpression = \"oversold_units == 0\"\n";
  EXPECT_EQ(problems_of(audited + "abort = true"),
            "4: thresholds[1].abort = true: oversold_units is known only when the trial is over, "
            "and cannot end it early: leave abort out, or choose a metric of what buyers see, such "
            "as failed_share");
  EXPECT_EQ(problems_of(audited + "abort = false"), "");
  EXPECT_EQ(problems_of("[[thresholds]]\nexpression = \"goodput > 1\"\nabort = true"), "");
}

TEST(Problems, TellWhatIsWrongWithTheListOfStrategies) {
  EXPECT_EQ(problems_of(parse_text("seed = 1\n")),
            "scenarios/sale.toml: strategies: name at least one, such as [\"database-atomic\"]\n");
  EXPECT_EQ(problems_of(parse_text("strategies = []\n")),
            "scenarios/sale.toml:1: strategies = []: name at least one, such as "
            "[\"database-atomic\"]\n");
  EXPECT_EQ(problems_of(parse_text("strategies = [\"databse-atomic\", \"zebra\"]\n")),
            "scenarios/sale.toml:1: strategies = [\"databse-atomic\", \"zebra\"]: unknown strategy "
            "databse-atomic; did you mean database-atomic?\n"
            "scenarios/sale.toml:1: strategies = [\"databse-atomic\", \"zebra\"]: unknown strategy "
            "zebra; `doorbuster list strategies` shows them\n");
  EXPECT_EQ(problems_of(parse_text("strategies = [\"cache-aside\", \"cache-aside\"]\n")),
            "scenarios/sale.toml:1: strategies = [\"cache-aside\", \"cache-aside\"]: cache-aside "
            "stands there twice\n");
}

TEST(Problems, AreAllToldAtOnceInTheOrderOfTheirLines) {
  EXPECT_EQ(problems_of("seed = -1\n[load]\nrate = \"x\"\n[shop]\nstok = 3\n[load.x]\n[buyers]\n"
                        "patience = 3"),
            "2: seed = -1: at least 0 is needed\n"
            "scenarios/sale.toml:4: load.rate = \"x\": a number is needed\n"
            "scenarios/sale.toml:6: unknown key shop.stok; did you mean shop.stock?\n"
            "scenarios/sale.toml:7: unknown table load.x\n"
            "scenarios/sale.toml:9: buyers.patience = 3: a duration needs a unit, such as \"3s\"");
}

TEST(Problems, OfSyntaxAreOneWithItsLine) {
  EXPECT_TRUE(problems_of("seed = 1\n[load\nrate = 5").starts_with("3: not TOML: "))
      << problems_of("[load");
  EXPECT_TRUE(problems_of("seed = 1\nseed = 2").starts_with("3: not TOML: "));
  EXPECT_EQ(std::get<1>(parse_text("a = = 1\nb = = 2")).size(), 1u);
}

TEST(Problems, OfAFileFullOfUnknownKeysAreCountedNotListedForEver) {
  std::string text = kMinimal;
  for (int i = 0; i < 60'000; ++i) text += "load.duration" + std::to_string(i) + " = 1\n";
  ASSERT_LE(text.size(), kLargestScenario * 2);
  text.resize(kLargestScenario);
  text.resize(text.rfind('\n') + 1);
  const std::vector<Problem> problems = std::get<1>(parse_text(text));
  EXPECT_EQ(problems.size(), 101u);
  EXPECT_TRUE(problems.back().message.starts_with("... and ")) << problems.back().message;
}

// Trees as deep as the limits on lines and nesting let through: they must not exhaust the stack.
TEST(Problems, OfADeepTreeAreOneSentenceToo) {
  std::string dotted = "a";
  for (int i = 0; i < 980; ++i) dotted += ".a";
  EXPECT_EQ(problems_of("[" + dotted + "]\n" + dotted + " = 1"), "2: unknown table a");
  const auto nested = [&](int levels) {
    std::string text;
    for (int i = 0; i < levels; ++i) text += dotted + " = [\n{";
    text += "a = 1";
    for (int i = 0; i < levels; ++i) text += "}]";
    return text;
  };
  EXPECT_EQ(problems_of(nested(3)), "2: unknown table a");
  EXPECT_NE(problems_of(nested(5)).find("not TOML: "), std::string::npos) << problems_of(nested(5));
}

// Found by fuzzing: what the library does was undefined for most letters beyond ASCII, which only
// the sanitizers told.
TEST(Problems, OfALetterWhereASpaceMayStandAreOneSentence) {
  for (const std::string letter : {"\u00e9", "\u00a7", "\u0436", "\u3042", "\ufefd"}) {
    EXPECT_TRUE(problems_of(letter + " = 1").starts_with("2: not TOML: "))
        << problems_of(letter + " = 1");
    EXPECT_TRUE(problems_of("seed = " + letter).starts_with("2: not TOML: "))
        << problems_of("seed = " + letter);
    const auto lines = "description = \"\"\"\\\n  " + letter + "\"\"\"\n";
    EXPECT_EQ(must_parse(lines + kMinimal).description, letter);
  }
}

// It was taken from lines of its own, and then refused where the scenario said it in one.
TEST(Problems, ATextIsNoLongerThanCanBeReadAgain) {
  std::string text;
  for (int line = 0; line < 450; ++line) text += "\"\n";
  const std::string longest = "description = '''\n" + text + "'''\n";
  const std::string toml = to_toml(must_parse(longest + kMinimal));
  EXPECT_EQ(must_parse(toml).description, text);
  const std::string said = problems_of("description = '''\n" + text + "x'''");
  EXPECT_NE(said.find("it has 901 bytes; 900 are the limit"), std::string::npos) << said;
}

}  // namespace
}  // namespace doorbuster
