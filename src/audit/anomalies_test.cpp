// Each class of anomaly, put once into a long clean history, is found and the operations of it are
// named; clean histories raise no alarm. DOORBUSTER_OPERATIONS sets the length of a history and
// DOORBUSTER_CLEAN_HISTORIES their number (tools/soak), DOORBUSTER_SEED repeats a run.
#include <gmock/gmock.h>

#include "audit/clean_history_testing.h"
#include "audit/judge_history.h"
#include "audit/shop_testing.h"

namespace doorbuster {
namespace {

using Index = StockTimeline::Index;
using Position = OperationIndex::Position;

std::int64_t given_or(const char* name, std::uint64_t standard) {
  return static_cast<std::int64_t>(number_from_environment(name, standard));
}

const PropertyFinding& finding(const HistoryVerdict& verdict, std::string_view name) {
  const auto found = std::ranges::find(verdict.findings, name, &PropertyFinding::name);
  CHECK(found != verdict.findings.end(), "no property is called {}", name);
  return *found;
}

// A clean history and what of it an anomaly needs to know.
class Shop {
 public:
  Shop(const CleanShape& shape, std::uint64_t seed)
      : random_(seed), history_(clean_history(shape, seed)) {
    const OperationIndex index(history_);
    stock_.emplace(index, index.items()[0]);
    for (Position p = 0; p < history_.operations.size(); ++p) {
      changes_.push_back(stock_->change_of(index, p));
    }
  }

  JudgedHistory& history() { return history_; }
  const StockTimeline& stock() const { return *stock_; }
  Operation& operation(Position p) { return history_.operations[p]; }
  Operation& operation(OperationId op) { return history_.operations[static_cast<std::size_t>(op)]; }
  Index change(Position p) const { return changes_[p]; }  // 0: none
  Index lb(Position p) { return stock_->surely_done_before(operation(p).started); }
  Index ub(Position p) { return stock_->possibly_done_by(operation(p).finished); }

  // A position for which `fits` holds, by chance.
  template <class Fits>
  Position any(Fits fits) {
    for (int tries = 0; tries < 10'000'000; ++tries) {
      const auto p = static_cast<Position>(random_.below(history_.operations.size()));
      if (fits(p)) return p;
    }
    CHECK(false, "the history has no such operation");
    return 0;
  }
  // Not where whoever got the last unit was never answered: nobody surely came after that.
  bool surely_sells_out() { return stock_->stock(lb(history_.operations.size() - 1)) == 0; }
  bool is_view(Position p) { return shows_stock(operation(p)); }
  bool failed(Position p) { return operation(p).outcome == Answer::failed; }
  OperationId show(Position p, std::int32_t value) {
    operation(p).value = value;
    operation(p).version = kNoVersion;
    return operation(p).op;
  }
  // The next view of the same buyer that begins after this operation ended.
  std::optional<Position> next_view(Position p) {
    for (Position q = p + 1; q < history_.operations.size(); ++q) {
      if (operation(q).buyer == operation(p).buyer && is_view(q) &&
          operation(q).started > operation(p).finished) {
        return q;
      }
    }
    return {};
  }
  // Whether this buyer changed stock himself between the two, which were a witness too.
  bool changes_between(Position p, Position view) {
    for (Position q = p + 1; q < view; ++q) {
      if (operation(q).buyer == operation(p).buyer && change(q) > 0) return true;
    }
    return false;
  }

 private:
  Random random_;
  JudgedHistory history_;
  std::optional<StockTimeline> stock_;
  std::vector<Index> changes_;
};

struct Anomaly {
  const char* name;
  const char* property;
  std::vector<OperationId> (*put)(Shop&);  // the operations that the witness must name first
};

using Named = std::vector<OperationId>;

Named refuse_while_stock_stands(Shop& shop) {
  const Position p =
      shop.any([&](Position q) { return shop.failed(q) && shop.stock().stock(shop.ub(q)) > 100; });
  shop.operation(p).outcome = Answer::sold_out;
  return {shop.operation(p).op};
}

Named sell_after_sold_out(Shop& shop) {
  const Position p = shop.any([&](Position q) {
    return shop.failed(q) && shop.lb(q) > 100 && shop.stock().stock(shop.lb(q)) == 0;
  });
  shop.operation(p).outcome = Answer::ok;
  return {shop.operation(p).op};
}

Named show_what_was_overwritten(Shop& shop) {
  const Position p = shop.any([&](Position q) { return shop.is_view(q) && shop.lb(q) > 20; });
  return {shop.show(p, shop.stock().stock(shop.lb(p) - 10))};
}

Named show_what_comes_later(Shop& shop) {
  const Position p = shop.any(
      [&](Position q) { return shop.is_view(q) && shop.ub(q) + 10 <= shop.stock().changes(); });
  return {shop.show(p, shop.stock().stock(shop.ub(p) + 10))};
}

Named show_what_never_was(Shop& shop) {
  const Position p = shop.any([&](Position q) { return shop.is_view(q); });
  return {shop.show(p, shop.stock().stock(0) + 5)};
}

Named forget_an_own_purchase(Shop& shop) {
  std::optional<Position> view;
  const Position p = shop.any([&](Position q) {
    const bool bought = shop.change(q) > 0 && shop.operation(q).outcome == Answer::ok;
    view = bought ? shop.next_view(q) : std::nullopt;
    return view && !shop.changes_between(q, *view);
  });
  return {shop.show(*view, shop.stock().stock(shop.change(p) - 1)), shop.operation(p).op};
}

Named go_back_in_time(Shop& shop) {
  std::optional<Position> second;
  const Position p = shop.any([&](Position q) {
    if (!shop.is_view(q) || shop.lb(q) < 2) return false;
    second = shop.next_view(q);
    return second.has_value();
  });
  const auto seen = shop.stock().earliest(shop.operation(p), 0);
  return {shop.show(*second, shop.stock().stock(*seen - 1))};
}

Named log_out_of_order(Shop& shop) {
  const Position p = shop.any([&](Position q) {
    const Index k = shop.change(q);
    return k > 0 && shop.operation(q).outcome == Answer::ok && k + 200 <= shop.stock().changes();
  });
  StockChange& early = shop.history().stock_log[shop.change(p) - 1];
  StockChange& late = shop.history().stock_log[shop.change(p) + 199];
  for (const OperationId op : {early.op, late.op}) {  // their own words are not in question here
    shop.operation(op).value = kNoStock;
  }
  std::swap(early.op, late.op);
  return {early.op};  // began after others that the log has later were told
}

Named promise_what_nobody_wrote(Shop& shop) {
  const Position p = shop.any([&](Position q) { return shop.failed(q); });
  shop.operation(p).outcome = Answer::ok;
  return {shop.operation(p).op};
}

Named overwrite_blindly(Shop& shop) {
  const Position p = shop.any(
      [&](Position q) { return shop.change(q) > 0 && shop.operation(q).outcome == Answer::ok; });
  shop.operation(p).quantity += 1;
  shop.operation(p).value = kNoStock;
  return {shop.operation(p).op};
}

class Anomalies : public testing::TestWithParam<Anomaly> {};

TEST_P(Anomalies, PutOnceIntoACleanHistoryIsFoundWithItsOperations) {
  const std::uint64_t seed = test_seed();
  const CleanShape shape{.operations = given_or("DOORBUSTER_OPERATIONS", 100'000)};
  std::optional<Shop> shop(std::in_place, shape, seed);
  for (int i = 1; !shop->surely_sells_out(); ++i) shop.emplace(shape, stream_seed(seed, 2, i));
  const Named expected = GetParam().put(*shop);
  const HistoryVerdict verdict =
      judge_history(shop->history(), {.properties = {GetParam().property}, .threads = 1});
  EXPECT_EQ(verdict.verdict, Verdict::broken) << "seed " << seed;
  const PropertyFinding& found = finding(verdict, GetParam().property);
  ASSERT_GE(found.found, 1);
  ASSERT_FALSE(found.violations.empty());
  std::vector<OperationId> named;
  for (const Violation& violation : found.violations) {
    EXPECT_LE(violation.operations.size(), 2U);
    EXPECT_GE(violation.sentence.size(), 30U);
    named.insert(named.end(), violation.operations.begin(), violation.operations.end());
  }
  EXPECT_THAT(named, testing::IsSupersetOf(expected))
      << found.violations.front().sentence << "\nseed " << seed;
}

INSTANTIATE_TEST_SUITE_P(
    All, Anomalies,
    testing::Values(
        Anomaly{"RefusalWhileStockStands", "no_false_sold_out", refuse_while_stock_stands},
        Anomaly{"RefusalBeforeSales", "no_sale_after_sold_out", refuse_while_stock_stands},
        Anomaly{"SaleAfterSoldOut", "no_sale_after_sold_out", sell_after_sold_out},
        Anomaly{"StaleView", "no_stale_reads", show_what_was_overwritten},
        Anomaly{"ViewAhead", "no_read_ahead", show_what_comes_later},
        Anomaly{"ImpossibleView", "no_read_ahead", show_what_never_was},
        Anomaly{"OwnPurchaseUnseen", "read_your_writes", forget_an_own_purchase},
        Anomaly{"ViewBackInTime", "monotonic_reads", go_back_in_time},
        Anomaly{"ChangesOutOfOrder", "linearizable_stock", log_out_of_order},
        Anomaly{"ViewThatFitsNoOrder", "linearizable_stock", show_what_was_overwritten},
        Anomaly{"RefusalThatFitsNoOrder", "linearizable_stock", refuse_while_stock_stands},
        Anomaly{"BlindOverwrite", "linearizable_stock", overwrite_blindly},
        Anomaly{"PromiseWithoutAChange", "linearizable_stock", promise_what_nobody_wrote}),
    [](const auto& param) { return std::string(param.param.name); });

TEST(CleanHistories, RaiseNoAlarm) {
  const std::uint64_t seed = test_seed();
  const std::int64_t histories = given_or("DOORBUSTER_CLEAN_HISTORIES", 30);
  for (std::int64_t i = 0; i < histories; ++i) {
    const CleanShape shape{.operations = 2'000 + 300 * (i % 10),
                           .items = 1 + static_cast<int>(i % 4),
                           .buyers = 50 + 100 * (i % 7),
                           .views = 0.5,
                           .unknown = i % 5 == 0 ? 0.3 : 0.01,
                           .releases = i % 3 == 0 ? 0.2 : 0.0,
                           .concurrency = 1 + 40 * (i % 3),
                           .several_units = i % 2 == 0};
    const JudgedHistory history = clean_history(shape, stream_seed(seed, 1, i));
    const HistoryVerdict verdict = judge_history(history);
    for (const PropertyFinding& each : verdict.findings) {
      EXPECT_EQ(each.verdict, Verdict::holds)
          << each.name << " of history " << i << " of seed " << seed << ": " << each.undecided
          << (each.violations.empty() ? "" : each.violations.front().sentence);
      EXPECT_EQ(each.found, 0);
    }
    ASSERT_EQ(verdict.staleness.all.stale, 0);
    ASSERT_GT(verdict.staleness.all.views, 0);
    ASSERT_TRUE(verdict.power.operation && verdict.power.gap);
  }
}

TEST(CleanHistories, RaiseNoAlarmAsABlackBoxEither) {
  const std::uint64_t seed = test_seed();
  const std::int64_t histories = given_or("DOORBUSTER_CLEAN_HISTORIES", 30);
  for (std::int64_t i = 0; i < histories; ++i) {
    JudgedHistory history = clean_history(
        {.operations = 3'000, .items = 2, .views = 0.5, .unknown = i % 2 == 0 ? 0.3 : 0.01},
        stream_seed(seed, 2, i));
    history.stock_log.clear();
    for (PlacedOrder& order : history.orders) order.version = kNoVersion;
    const HistoryVerdict verdict = judge_history(history, {.properties = {"linearizable_stock"}});
    ASSERT_EQ(verdict.verdict, Verdict::holds)
        << "history " << i << " of seed " << seed << ": " << verdict.findings[0].undecided
        << (verdict.findings[0].violations.empty() ? ""
                                                   : verdict.findings[0].violations[0].sentence);
  }
}

}  // namespace
}  // namespace doorbuster
