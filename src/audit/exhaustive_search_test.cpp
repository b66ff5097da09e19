// The judges against an exhaustive search, on histories by chance. DOORBUSTER_HISTORIES sets their
// number (tools/soak), DOORBUSTER_SEED repeats a run.
#include <gmock/gmock.h>

#include <map>

#include "audit/observation_pass.h"
#include "audit/shop_testing.h"
#include "audit/tiny_history_testing.h"
#include "history/operation_source.h"

namespace doorbuster {
namespace {

using tiny::Changes;

int histories() {
  return static_cast<int>(number_from_environment("DOORBUSTER_HISTORIES", 100'000));
}

PropertyFinding judge(const JudgedHistory& history, std::string_view name) {
  const Property& property = *std::ranges::find(properties(), name, &Property::name);
  const OperationIndex index(history);
  Violations violations;
  std::vector<StockTimeline> stocks, gates;
  std::vector<ItemHistory> items;
  stocks.reserve(index.items().size());
  gates.reserve(index.items().size());
  for (const OperationIndex::Item& item : index.items()) {
    stocks.emplace_back(index, item);
    gates.push_back(StockTimeline::of_gate(item));
    items.push_back({index, item, stocks.back(), gates.back()});
    if (property.judge != nullptr) property.judge(items.back(), violations);
  }
  if (property.observe != nullptr) {
    ObservationPass pass(index, items, [&](const ItemHistory& item) {
      ObservationPass::Observers made;
      if (auto observer = property.observe(item, violations)) made.push_back(std::move(observer));
      return made;
    });
    OperationsInMemory operations(history);
    while (const Operation* operation = operations.next()) pass.take(*operation);
    pass.finish();
  }
  return std::move(violations).finding();
}

std::string text(const JudgedHistory& history) {
  std::string text = fmt::format("initially {}\n", history.items[0].initial);
  for (const Operation& o : history.operations) {
    text += fmt::format("{} buyer {} {} {} [{},{}] {} value {} version {}\n",
                        static_cast<std::uint32_t>(o.op), number(o.buyer), to_string(o.kind),
                        o.quantity, since_start(o.started).count(),
                        o.finished == kNever ? -1 : since_start(o.finished).count(),
                        to_string(o.outcome), o.value, o.version);
  }
  for (const StockChange& c : history.stock_log) {
    text += fmt::format("version {}: {} -> {} by {}\n", c.version, c.before, c.after,
                        static_cast<std::uint32_t>(c.op));
  }
  return text;
}

// What the definitions say, by search.
struct Counts {
  std::int64_t found = 0;
  std::int64_t possible = 0;
};

class Definitions {
 public:
  explicit Definitions(const JudgedHistory& history)
      : history_(history), changes_(history), states_(history.operations.size()) {
    for (std::size_t i = 0; i < states_.size(); ++i) {
      const Operation& operation = history.operations[i];
      if (!tiny::observes(operation)) continue;
      states_[i] = tiny::Search(changes_, {&operation}, false).states();
      contradictory_ = contradictory_ || states_[i].empty();
    }
  }

  // The log itself contradicts the operations: nothing can be said of single answers.
  bool contradictory() const { return contradictory_; }

  Counts false_sold_out() const {
    Counts counts;
    for (std::size_t i = 0; i < states_.size(); ++i) {
      const Operation& operation = history_.operations[i];
      if (operation.outcome != Answer::sold_out) continue;
      const auto enough = [&](std::size_t k) { return changes_.stock[k] >= operation.quantity; };
      counts.found += std::all_of(states_[i].begin(), states_[i].end(), enough) ? 1 : 0;
      counts.possible += std::any_of(states_[i].begin(), states_[i].end(), enough) ? 1 : 0;
    }
    return counts;
  }

  Counts stale() const {
    Counts counts;
    for (std::size_t i = 0; i < states_.size(); ++i) {
      const std::vector<std::size_t> matches = admissible(i);
      if (!matches.empty() && matches.back() < *states_[i].begin()) ++counts.found;
    }
    return counts;
  }

  Counts ahead() const {
    Counts counts;
    for (std::size_t i = 0; i < states_.size(); ++i) {
      const bool view = history_.operations[i].kind == OperationKind::view;
      if (view && !states_[i].empty() && admissible(i).empty()) ++counts.found;
    }
    return counts;
  }

  Counts own_writes_unread() const {
    Counts counts;
    for (std::size_t i = 0; i < states_.size(); ++i) {
      const std::vector<std::size_t> matches = admissible(i);
      const Operation& view = history_.operations[i];
      std::size_t own = 0;
      for (const Operation& operation : history_.operations) {
        std::size_t k = 0;
        if (operation.kind != OperationKind::view && operation.outcome == Answer::ok &&
            operation.buyer == view.buyer && tiny::precedes(operation, view) &&
            changes_.of(operation, &k) != nullptr) {
          own = std::max(own, k);
        }
      }
      if (!matches.empty() && matches.back() < own) ++counts.found;
    }
    return counts;
  }

  bool monotonic() const {
    for (std::int64_t buyer = 0; buyer < 3; ++buyer) {
      std::vector<std::size_t> views;
      for (std::size_t i = 0; i < states_.size(); ++i) {
        if (number(history_.operations[i].buyer) == buyer && !admissible(i).empty()) {
          views.push_back(i);
        }
      }
      std::map<std::size_t, std::size_t> chosen;
      if (!choose(views, 0, chosen)) return false;
    }
    return true;
  }

  Counts sales_after_sold_out() const {
    Counts counts;
    for (const Operation& sold : history_.operations) {
      if (sold.kind != OperationKind::buy || sold.outcome != Answer::ok) continue;
      counts.found +=
          std::any_of(history_.operations.begin(), history_.operations.end(),
                      [&](const Operation& refused) { return contradicts(refused, sold); })
              ? 1
              : 0;
    }
    return counts;
  }

 private:
  std::vector<std::size_t> admissible(std::size_t view) const {
    std::vector<std::size_t> matches;
    const Operation& operation = history_.operations[view];
    if (operation.kind != OperationKind::view || states_[view].empty()) return matches;
    for (std::size_t k = 0; k <= *states_[view].rbegin(); ++k) {
      if (changes_.fits(operation, k)) matches.push_back(k);
    }
    return matches;
  }

  bool choose(const std::vector<std::size_t>& views, std::size_t next,
              std::map<std::size_t, std::size_t>& chosen) const {
    if (next == views.size()) {
      for (const auto& [a, state_a] : chosen) {
        for (const auto& [b, state_b] : chosen) {
          if (tiny::precedes(history_.operations[a], history_.operations[b]) && state_a > state_b) {
            return false;
          }
        }
      }
      return true;
    }
    for (const std::size_t state : admissible(views[next])) {
      chosen[views[next]] = state;
      if (choose(views, next + 1, chosen)) return true;
    }
    return false;
  }

  bool contradicts(const Operation& refused, const Operation& sold) const {
    if (refused.outcome != Answer::sold_out || refused.quantity > sold.quantity ||
        !tiny::precedes(refused, sold)) {
      return false;
    }
    const auto between = [&](Instant started, Instant finished) {
      return finished >= refused.started && started <= sold.finished;
    };
    for (const Operation& operation : history_.operations) {
      if (operation.kind == OperationKind::release &&
          between(operation.started, operation.finished)) {
        return false;
      }
    }
    for (std::size_t k = 1; k <= changes_.size(); ++k) {
      const Operation* by = changes_.by[k - 1];
      if (changes_.stock[k] <= changes_.stock[k - 1]) continue;
      if (by == nullptr) return false;
      if (by->kind != OperationKind::release &&
          between(by->started, by->outcome == Answer::ok ? by->finished : kNever)) {
        return false;
      }
    }
    return true;
  }

  const JudgedHistory& history_;
  Changes changes_;
  std::vector<std::set<std::size_t>> states_;  // at which each observation can stand
  bool contradictory_ = false;
};

TEST(ExhaustiveSearch, AgreesOnLinearizabilityWhereTheOrderIsKnown) {
  const std::uint64_t seed = test_seed();
  std::map<Verdict, int> seen;
  for (int i = 0; i < histories(); ++i) {
    Random random(stream_seed(seed, 1, static_cast<std::uint64_t>(i)));
    const JudgedHistory history = tiny::random_history({.releases = i % 2 == 0}, random);
    const PropertyFinding finding = judge(history, "linearizable_stock");
    ++seen[finding.verdict];
    const bool possible = tiny::linearizable(history);
    if (finding.verdict == Verdict::undecided) {
      ASSERT_THAT(finding.undecided, testing::HasSubstr("attributed to nobody"));
      ASSERT_TRUE(possible);
      continue;
    }
    ASSERT_EQ(finding.verdict == Verdict::holds, possible)
        << "history " << i << " of seed " << seed << "\n"
        << text(history) << (finding.violations.empty() ? "" : finding.violations.front().sentence);
  }
  EXPECT_GT(seen[Verdict::holds], histories() / 10);
  EXPECT_GT(seen[Verdict::broken], histories() / 10);
}

TEST(ExhaustiveSearch, AgreesOnLinearizabilityAsABlackBox) {
  const std::uint64_t seed = test_seed();
  std::map<Verdict, int> seen;
  for (int i = 0; i < histories(); ++i) {
    Random random(stream_seed(seed, 2, static_cast<std::uint64_t>(i)));
    const tiny::Shape shape{
        .releases = false, .several_units = false, .log = false, .values = i % 2 == 0};
    const JudgedHistory history = tiny::random_history(shape, random);
    const PropertyFinding finding = judge(history, "linearizable_stock");
    ++seen[finding.verdict];
    ASSERT_NE(finding.verdict, Verdict::undecided) << finding.undecided;
    ASSERT_EQ(finding.verdict == Verdict::holds, tiny::BlackBoxSearch(history).possible())
        << "history " << i << " of seed " << seed << "\n"
        << text(history) << (finding.violations.empty() ? "" : finding.violations.front().sentence);
  }
  EXPECT_GT(seen[Verdict::holds], histories() / 10);
  EXPECT_GT(seen[Verdict::broken], histories() / 10);
}

// Of a black box with purchases of several units only what no order allows is found.
TEST(ExhaustiveSearch, FindsNoLessThanABlackBoxOfSeveralUnitsSays) {
  const std::uint64_t seed = test_seed();
  for (int i = 0; i < histories() / 5; ++i) {
    Random random(stream_seed(seed, 3, static_cast<std::uint64_t>(i)));
    const JudgedHistory history = tiny::random_history({.releases = false, .log = false}, random);
    const PropertyFinding finding = judge(history, "linearizable_stock");
    if (finding.verdict == Verdict::undecided) continue;
    ASSERT_EQ(finding.verdict == Verdict::holds, tiny::BlackBoxSearch(history).possible())
        << "history " << i << " of seed " << seed << "\n"
        << text(history) << (finding.violations.empty() ? "" : finding.violations.front().sentence);
  }
}

TEST(ExhaustiveSearch, AgreesOnWhatIsSaidOfSingleAnswers) {
  const std::uint64_t seed = test_seed();
  std::map<std::string, int> broken;
  for (int i = 0; i < histories(); ++i) {
    Random random(stream_seed(seed, 4, static_cast<std::uint64_t>(i)));
    const JudgedHistory history = tiny::random_history({.releases = i % 2 == 0}, random);
    SCOPED_TRACE(testing::Message() << "history " << i << " of seed " << seed);
    const Definitions definitions(history);
    const auto same = [&](const char* name, Counts expected) {
      const PropertyFinding finding = judge(history, name);
      broken[name] += finding.found > 0 ? 1 : 0;
      ASSERT_EQ(finding.found, expected.found) << name << "\n" << text(history);
      if (expected.possible > 0) {
        ASSERT_EQ(finding.possible, expected.possible) << name << "\n" << text(history);
      }
    };
    same("no_sale_after_sold_out", definitions.sales_after_sold_out());
    if (definitions.contradictory()) continue;
    same("no_false_sold_out", definitions.false_sold_out());
    same("no_stale_reads", definitions.stale());
    same("no_read_ahead", definitions.ahead());
    same("read_your_writes", definitions.own_writes_unread());
    ASSERT_EQ(judge(history, "monotonic_reads").verdict == Verdict::holds, definitions.monotonic())
        << "monotonic_reads\n"
        << text(history);
    ASSERT_FALSE(HasFatalFailure());
  }
  for (const auto& [name, count] : broken) {
    EXPECT_GT(count, histories() / 2000) << name << " was hardly ever put to the test";
  }
}

}  // namespace
}  // namespace doorbuster
