// [[buyers.kind]], and the habits that [buyers] and each kind may have.
#include <gtest/gtest.h>

#include "scenario/describe.h"
#include "scenario/parse_testing.h"

namespace doorbuster {
namespace {

constexpr std::string_view kSale = R"(strategies = ["database-atomic"]
[load]
profile = "flash"
at = "1s"
decay = "1s"
[buyers]
patience = "9s"
retries = 2
retry_delay = "1s"
reaction = { distribution = "lognormal", median = "0.8s", sigma = 0.6 }
choice = "uniform"
payment = { time = "3s", fails = 0.15 }
[[buyers.kind]]
name = "bots"
share = 0.3
views = 0
think = "1ms"
reaction = { distribution = "uniform", low = "0s", high = "50ms" }
retries = 50
retry_delay = "0s"
retry_key = "new"
ignores_sold_out = true
payment.abandons = 0.5
[[buyers.kind]]
name = "families"
share = 0.2
quantity = 4
cart = { distribution = "uniform", low = 1, high = 3 }
)";

TEST(Kinds, HaveTheirOwnHabitsAndForTheRestThoseOfAll) {
  const Scenario scenario = must_parse(kSale);
  const Buyers& buyers = scenario.buyers;
  ASSERT_EQ(buyers.kinds.size(), 2U);
  const BuyerKind& bots = buyers.kinds[0];
  EXPECT_EQ(bots.name, "bots");
  EXPECT_EQ(bots.share, 0.3);
  EXPECT_EQ(bots.views.mean, 0);
  EXPECT_EQ(bots.reaction->kind, Distribution::Kind::uniform);
  EXPECT_EQ(bots.reaction->high, 0.05);
  EXPECT_EQ(bots.retries, 50);
  EXPECT_EQ(bots.retry_delay.mean, 0);
  EXPECT_TRUE(bots.retry_with_new_key);
  EXPECT_TRUE(bots.ignores_sold_out);
  EXPECT_EQ(bots.payment.abandons, 0.5);
  EXPECT_EQ(bots.payment.fails, 0.15) << "as in [buyers]";
  EXPECT_EQ(bots.patience, 9s);

  const BuyerKind& families = buyers.kinds[1];
  EXPECT_EQ(families.quantity.mean, 4);
  EXPECT_EQ(families.cart.kind, Distribution::Kind::uniform);
  EXPECT_EQ(families.retries, 2);
  EXPECT_EQ(families.retry_delay.mean, 1);
  EXPECT_FALSE(families.retry_with_new_key);
  EXPECT_EQ(families.reaction->kind, Distribution::Kind::lognormal);
  EXPECT_EQ(families.payment.time.kind, Distribution::Kind::lognormal);
  EXPECT_EQ(families.payment.time.mean, 3);
  EXPECT_EQ(families.payment.time.sigma, 0.6);
  EXPECT_NEAR(buyers.share_of_no_kind(), 0.5, 1e-12);
}

TEST(Kinds, AreWrittenBackAsTheyWereRead) {
  const Scenario once = must_parse(kSale);
  const Scenario twice = must_parse(to_toml(once));
  EXPECT_EQ(once.resolved, twice.resolved) << to_toml(once);
  EXPECT_EQ(twice.buyers.kinds[0].name, "bots");
}

TEST(Kinds, AreChangedOnTheCommandLineAsAnyKey) {
  const Scenario scenario = must_parse(
      kSale, {{.key = "buyers.kind[1].share", .value = "0.5", .origin = "--set ..."},
              {.key = "buyers.kind[2].payment.fails", .value = "1", .origin = "--set ..."}});
  EXPECT_EQ(scenario.buyers.kinds[0].share, 0.5);
  EXPECT_EQ(scenario.buyers.kinds[1].payment.fails, 1);
}

TEST(Kinds, ThatAddUpToOneLeaveNobodyOver) {
  const Scenario scenario = must_parse(kMinimal +
                                       "[[buyers.kind]]\nname = \"a\"\nshare = 0.1\n"
                                       "[[buyers.kind]]\nname = \"b\"\nshare = 0.2\n"
                                       "[[buyers.kind]]\nname = \"c\"\nshare = 0.7\n");
  EXPECT_EQ(scenario.buyers.share_of_no_kind(), 0);
}

TEST(Kinds, WithoutAnyEverybodyIsAsBefore) {
  const Buyers buyers = must_parse(kMinimal).buyers;
  EXPECT_TRUE(buyers.kinds.empty());
  EXPECT_EQ(buyers.retries, 0);
  EXPECT_FALSE(buyers.reaction);
  EXPECT_EQ(buyers.cart.mean, 1);
  EXPECT_EQ(buyers.payment.fails, 0);
}

std::string told(std::string_view text) {
  std::string all = problems_of(parse_text(kMinimal + std::string(text)));
  constexpr std::string_view kFile = "scenarios/sale.toml:";
  if (all.starts_with(kFile)) all.erase(0, kFile.size());
  if (all.ends_with('\n')) all.pop_back();
  return all;
}

TEST(Kinds, ThatCannotBeAreToldInOneSentence) {
  const std::string one = "[[buyers.kind]]\nname = \"bots\"\nshare = 0.6\n";
  EXPECT_EQ(told(one + one),
            "6: buyers.kind[2].name = \"bots\": another kind has that name already; give another\n"
            "scenarios/sale.toml:7: buyers.kind[2].share = 0.6: with it the kinds' shares add up "
            "to 1.2; at most 1 is possible");
  EXPECT_EQ(told("[[buyers.kind]]\nshare = 0.5\n"),
            "2: buyers.kind[1].name is missing, such as \"bots\"");
  EXPECT_EQ(told("[[buyers.kind]]\nname = \"bots\"\n"), "2: buyers.kind[1].share is missing");
  EXPECT_EQ(told("[[buyers.kind]]\nname = \"others\"\nshare = 0.5\n"),
            "3: buyers.kind[1].name = \"others\": that is the name of those who belong to no kind; "
            "give another");
  EXPECT_EQ(told("[[buyers.kind]]\nname = \"a b\"\nshare = 0.5\n"),
            "3: buyers.kind[1].name = \"a b\": 1 to 32 letters, digits, '.', '_' and '-' are "
            "needed");
  EXPECT_EQ(told("[[buyers.kind]]\nname = 5\nshare = 1.5\n"),
            "3: buyers.kind[1].name = 5: a text in quotes is needed\n"
            "scenarios/sale.toml:4: buyers.kind[1].share = 1.5: a share from 0 to 1 is needed");
  EXPECT_EQ(told(one + "choice = \"zipf\"\n"),
            "5: unknown key buyers.kind[1].choice; did you mean buyers.choice?");
  EXPECT_EQ(told(one + "patince = \"1s\"\n"),
            "5: unknown key buyers.kind[1].patince; did you mean buyers.kind.patience?");
  EXPECT_EQ(told("[buyers.kind]\nname = \"a\"\n"),
            "2: buyers.kind: a list is needed: [[buyers.kind]]");
}

TEST(Kinds, RetryKeysWithoutRetriesHaveNoEffect) {
  EXPECT_EQ(told("[buyers]\nretry_key = \"new\"\n"),
            "3: buyers.retry_key = \"new\": it has no effect here; it belongs to retries");
  EXPECT_EQ(told("[[buyers.kind]]\nname = \"a\"\nshare = 0.5\nignores_sold_out = true\n"),
            "5: buyers.kind[1].ignores_sold_out = true: it has no effect here; it belongs to "
            "retries");
  EXPECT_EQ(told("[buyers]\nretries = -1\nretry_delay = \"1s\"\n"),
            "3: buyers.retries = -1: at least 0 is needed");
  EXPECT_EQ(told("[buyers]\nretry_delay = \"1s\"\n[[buyers.kind]]\nname = \"a\"\nshare = 0.5\n"
                 "retries = 1\n"),
            "");
}

TEST(Kinds, AReactionNeedsASaleToWaitForAndACartProductsToChoose) {
  EXPECT_EQ(told("[buyers]\nreaction = \"1s\"\n"),
            "3: buyers.reaction = \"1s\": it has no effect here: only before the T0 of profile = "
            "\"flash\" do buyers wait");
  EXPECT_EQ(
      told("[load]\nprofile = \"flahs\"\n[buyers]\nreaction = \"1s\"\n"),
      "3: load.profile = \"flahs\": one of constant, poisson, ramp, step, flash, trace is needed; "
      "did you mean flash?");
  EXPECT_EQ(told("[buyers]\ncart = 3\n"),
            "3: buyers.cart = 3: every buyer wants the first product; for a cart of several say "
            "buyers.choice = \"uniform\" or \"zipf\"");
}

}  // namespace
}  // namespace doorbuster
