#include "strategy/registry.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "sim/simulated_stores.h"
#include "strategy/decorator.h"

namespace doorbuster {
namespace {

class Registry : public testing::Test {
 protected:
  std::unique_ptr<Strategy> make(const StrategyEntry& entry, const Options& options) {
    SimulatedClient& client = stores_.client(1);
    return entry.make({client.cache(), client.database(), client.clock(), random_, figures_},
                      options);
  }

 private:
  Scheduler scheduler_;
  SimulatedStores stores_{scheduler_};
  Random random_{1};
  StrategyFigures figures_;
};

TEST_F(Registry, HasTheCatalogueByItsStandardNames) {
  std::vector<std::string_view> names;
  for (const StrategyEntry& entry : strategies()) names.push_back(entry.name);
  const std::vector<std::string_view> catalogue = {"database-atomic",
                                                   "database-pessimistic",
                                                   "database-optimistic",
                                                   "advisory-lock",
                                                   "unit-rows",
                                                   "sharded-stock",
                                                   "read-then-write",
                                                   "cache-aside-textbook",
                                                   "cache-aside",
                                                   "write-through-textbook",
                                                   "write-through",
                                                   "outbox",
                                                   "redis-lock",
                                                   "redis-gate",
                                                   "write-behind",
                                                   "hold",
                                                   "combined"};
  EXPECT_THAT(names, testing::IsSupersetOf(catalogue)) << "and whatever was added to it";
  EXPECT_EQ(std::set(names.begin(), names.end()).size(), names.size());
}

// How often somebody looks, and how often a purchase is tried: with 0 nothing would ever come.
TEST_F(Registry, HasALeastValueWhereNothingWouldHalt) {
  std::vector<OptionWord> options = decorator_options();
  for (const StrategyEntry& entry : strategies()) {
    options.insert(options.end(), entry.options.begin(), entry.options.end());
  }
  int polls = 0;
  for (const OptionWord& option : options) {
    const bool how_often = option.key.ends_with("poll") || option.key.ends_with("_every");
    polls += how_often ? 1 : 0;
    std::optional<OptionValue> least = option.least;
    if (how_often) least = kLeastPoll;
    if (option.key == "attempts") least = std::int64_t{1};
    if (option.key == "lock_timeout") least = Duration(1ms);
    EXPECT_EQ(option.least, least) << option.key;
    EXPECT_GE(option.standard, least.value_or(option.standard)) << option.key;
  }
  EXPECT_GE(polls, 9);
}

TEST_F(Registry, FindsByNameAndKnowsNoOther) {
  for (const StrategyEntry& entry : strategies()) {
    EXPECT_EQ(find_strategy(entry.name), &entry);
  }
  EXPECT_EQ(find_strategy("cache-beside"), nullptr);
  EXPECT_EQ(find_strategy(""), nullptr);
}

// option<T>() throws where the type of a default is not what the maker reads.
TEST_F(Registry, MakesEachWithItsDefaultOptions) {
  for (const StrategyEntry& entry : strategies()) {
    EXPECT_NE(make(entry, default_options(entry)), nullptr) << entry.name;
  }
}

TEST_F(Registry, MakesEachWithEveryValueThatItsWordsAllow) {
  for (const StrategyEntry& entry : strategies()) {
    for (const OptionWord& word : entry.options) {
      for (const UnsafeValue& unsafe : word.unsafe) {
        const auto* value = std::get_if<std::string>(&unsafe.value);
        if (value == nullptr) continue;
        EXPECT_EQ(std::ranges::count(word.values, *value), 1) << *value;
      }
      for (const std::string& value : word.values) {
        Options options = default_options(entry);
        options[word.key] = value;
        EXPECT_NE(make(entry, options), nullptr) << entry.name << " " << word.key << " " << value;
      }
    }
  }
}

TEST_F(Registry, EveryOptionSaysWhatItMeansAndItsDefaultIsAllowed) {
  for (const StrategyEntry& entry : strategies()) {
    std::set<std::string> keys;
    EXPECT_FALSE(entry.summary.empty()) << entry.name;
    for (const OptionWord& word : entry.options) {
      EXPECT_TRUE(keys.insert(word.key).second) << entry.name << " " << word.key << " twice";
      EXPECT_FALSE(word.meaning.empty()) << entry.name << " " << word.key;
      if (word.values.empty()) continue;
      const auto* standard = std::get_if<std::string>(&word.standard);
      ASSERT_NE(standard, nullptr) << entry.name << " " << word.key;
      EXPECT_EQ(std::ranges::count(word.values, *standard), 1) << entry.name << " " << word.key;
    }
  }
}

TEST_F(Registry, WhatMakesAnOptionIdleIsAnOptionBesideItAndNotItself) {
  const auto check = [](const std::vector<OptionWord>& words) {
    for (const OptionWord& word : words) {
      for (const Idle& idle : word.idle) {
        const auto other = std::ranges::find(words, idle.with, &OptionWord::key);
        ASSERT_NE(other, words.end()) << word.key << " with " << idle.with;
        EXPECT_NE(idle.with, word.key);
        EXPECT_EQ(other->standard.index(), idle.value.index()) << word.key;
        const auto* value = std::get_if<std::string>(&idle.value);
        if (value == nullptr) continue;
        EXPECT_EQ(std::ranges::count(other->values, *value), 1) << word.key << " " << *value;
      }
    }
  };
  check(decorator_options());
  for (const StrategyEntry& entry : strategies()) check(entry.options);
}

// A CHECK on the stock column would hide what an unguarded UPDATE does.
TEST_F(Registry, OnlyThoseWithoutAnAnomalyHaveTheCheckConstraint) {
  for (const StrategyEntry& entry : strategies()) {
    EXPECT_EQ(entry.check_constraint, entry.anomaly.empty()) << entry.name;
  }
}

}  // namespace
}  // namespace doorbuster
