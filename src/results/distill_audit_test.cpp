#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "results/audit_json.h"
#include "results/distill.h"
#include "results/sample_testing.h"

namespace doorbuster {
namespace {

using testing::HasSubstr;

// Three units, two of them sold; buyer 3 sees three when both are gone, 100 ms after the second.
JudgedHistory a_stale_view() {
  JudgedHistory history;
  history.items = {{ItemId{1}, 3, 1, std::nullopt}};
  const auto operation = [&](std::uint32_t op, OperationKind kind, Duration from, Duration until) {
    Operation made;
    made.op = OperationId{op};
    made.buyer = BuyerId{1 + op};
    made.item = ItemId{1};
    made.kind = kind;
    made.outcome = Answer::ok;
    made.scheduled = made.started = kRunStart + from;
    made.finished = kRunStart + until;
    return made;
  };
  for (std::uint32_t i = 0; i < 2; ++i) {
    Operation buy = operation(i, OperationKind::buy, 10ms * i, 10ms * i + 5ms);
    buy.key = OrderKey{i};
    history.operations.push_back(buy);
    PlacedOrder order;
    order.order = i + 1;
    order.key = buy.key;
    order.buyer = buy.buyer;
    order.op = buy.op;
    order.item = ItemId{1};
    order.version = static_cast<std::int32_t>(i + 1);
    history.orders.push_back(order);
  }
  Operation view = operation(2, OperationKind::view, 115ms, 116ms);
  view.value = 3;
  view.source = AnswerSource::cache;
  history.operations.push_back(view);
  return history;
}

const PropertyResult& named(const AuditResult& audit, std::string_view name) {
  const auto found = std::ranges::find(audit.properties, name, &PropertyResult::name);
  CHECK(found != audit.properties.end(), "{}", name);
  return *found;
}

TEST(DistillAudit, TakesWhatTheHistorySaysOfSingleAnswers) {
  AuditResult audit = distill(sample_audit(3, 2));
  add_properties(judge_history(a_stale_view()), {}, audit);
  EXPECT_EQ(audit.properties.size(), properties().size());
  const PropertyResult& stale = named(audit, "no_stale_reads");
  EXPECT_EQ(stale.verdict, Verdict::broken);
  EXPECT_EQ(stale.found, 1);
  EXPECT_EQ(stale.possible, 1);
  EXPECT_THAT(stale.witness, HasSubstr("showed 3"));
  EXPECT_EQ(stale.expected, std::nullopt) << "a cache may be stale";
  EXPECT_EQ(audit.as_expected, true);
  EXPECT_EQ(named(audit, "no_false_sold_out").verdict, Verdict::holds);
}

TEST(DistillAudit, TakesWhatStandsAroundAWitness) {
  const JudgedHistory history = a_stale_view();
  HistoryVerdict verdict = judge_history(history);
  add_surroundings(history, verdict);
  AuditResult audit;
  add_properties(verdict, {}, audit);
  EXPECT_EQ(named(audit, "no_false_sold_out").surroundings, std::nullopt) << "it holds";
  const auto& around = named(audit, "no_stale_reads").surroundings;
  ASSERT_TRUE(around);
  EXPECT_EQ(around->item, 1);
  ASSERT_EQ(std::ranges::count(around->operations, true, &ShownOperationResult::accused), 2);
  const auto view = std::ranges::find(around->operations, "view", &ShownOperationResult::kind);
  ASSERT_NE(view, around->operations.end());
  EXPECT_TRUE(view->accused);
  EXPECT_EQ(view->value, 3);
  EXPECT_NEAR(view->started_s, 0.115, 1e-9);
  EXPECT_NEAR(view->finished_s.value_or(0), 0.116, 1e-9);
  EXPECT_TRUE(around->changes.empty()) << "nobody kept a log of them";
}

TEST(DistillAudit, TakesHowOldTheViewsWere) {
  AuditResult audit;
  add_properties(judge_history(a_stale_view()), {}, audit);
  EXPECT_EQ(audit.staleness.views, 1);
  EXPECT_EQ(audit.staleness.stale, 1);
  EXPECT_EQ(audit.staleness.most_versions_behind, 2);
  EXPECT_EQ(audit.staleness.certain_age.count, 1);
  EXPECT_NEAR(audit.staleness.certain_age.max_us, 110e3, 1e3) << "since the first sale was told";
  EXPECT_NEAR(audit.staleness.possible_age.max_us, 116e3, 1e3) << "since the first sale began";
  ASSERT_EQ(audit.staleness.by_source.size(), 1U);
  EXPECT_EQ(audit.staleness.by_source[0].first, "cache");
  EXPECT_EQ(audit.staleness.by_source[0].second.stale, 1);
  EXPECT_EQ(audit.staleness.by_time_since_change.back().below_us, std::nullopt);
  ASSERT_TRUE(audit.power.operation_p50_us.has_value());
  EXPECT_GT(*audit.power.operation_p50_us, 0);
}

TEST(DistillAudit, TakesHowFarGateAndDatabaseAreApart) {
  AuditResult audit;
  Result<HistoryVerdict> verdict = judge_history(a_stale_view());
  add_properties(verdict, {}, audit);
  EXPECT_EQ(audit.gate_divergence, std::nullopt) << "there is no gate";
  verdict->divergence = GateDivergence{.granted_without_row = 1,
                                       .rows_without_grant = 2,
                                       .unknown_changes = 3,
                                       .orders_in_both = 4,
                                       .displaced = 5,
                                       .greatest_displacement = 6};
  add_properties(verdict, {}, audit);
  ASSERT_TRUE(audit.gate_divergence.has_value());
  EXPECT_EQ(audit.gate_divergence->granted_without_row, 1);
  EXPECT_EQ(audit.gate_divergence->rows_without_grant, 2);
  EXPECT_EQ(audit.gate_divergence->unknown_changes, 3);
  EXPECT_EQ(audit.gate_divergence->orders_in_both, 4);
  EXPECT_EQ(audit.gate_divergence->displaced, 5);
  EXPECT_EQ(audit.gate_divergence->greatest_displacement, 6);
  EXPECT_THAT(audit_json(*verdict, ""), HasSubstr(R"("gate_divergence":{"granted_without_row":1,)"
                                                  R"("rows_without_grant":2,"unknown_changes":3,)"
                                                  R"("orders_in_both":4,"displaced":5,)"
                                                  R"("greatest_displacement":6})"));
}

TEST(DistillAudit, TakesWhatBecameOfAttemptsWithoutAnAnswer) {
  AuditResult audit;
  Result<HistoryVerdict> verdict = judge_history(a_stale_view());
  UnknownOutcomes& outcomes = verdict->unknown.value();
  outcomes.attempts = 9;
  outcomes.sold = 5;
  outcomes.not_sold = 4;
  outcomes.duplicates = 3;
  outcomes.zombies = 1;
  outcomes.possible_zombies = 2;
  outcomes.leaked_units = 6;
  outcomes.named.emplace_back().sentence = "it came late";
  add_properties(verdict, {}, audit);
  ASSERT_TRUE(audit.unknown.has_value());
  EXPECT_EQ(audit.unknown->attempts, 9);
  EXPECT_EQ(audit.unknown->sold, 5);
  EXPECT_EQ(audit.unknown->not_sold, 4);
  EXPECT_EQ(audit.unknown->duplicates, 3);
  EXPECT_EQ(audit.unknown->zombies, 1);
  EXPECT_EQ(audit.unknown->possible_zombies, 2);
  EXPECT_EQ(audit.unknown->leaked_units, 6);
  EXPECT_EQ(audit.unknown->witnesses.at(0).fate, "zombie");
  EXPECT_EQ(audit.unknown->witnesses[0].version, std::nullopt);
  EXPECT_THAT(audit_json(*verdict, ""), HasSubstr(R"("zombies":1,"possible_zombies":2,)"
                                                  R"("leaked_units":6,"witnesses":[{"fate":)"));
}

TEST(DistillAudit, HoldsAPropertyAgainstAnExpectationOnlyWhereThereIsOne) {
  struct Case {
    std::optional<Verdict> expected;
    bool judged;
    std::optional<bool> as_expected;
  };
  for (const Case& each : {Case{Verdict::holds, true, false}, Case{Verdict::broken, true, true},
                           Case{std::nullopt, true, true}, Case{std::nullopt, false, true},
                           Case{Verdict::broken, false, std::nullopt}}) {
    AuditResult audit = distill(sample_audit(3, 2));
    Result<HistoryVerdict> verdict = system_error("no disk");
    if (each.judged) verdict = judge_history(a_stale_view());
    add_properties(verdict, {{"no_stale_reads", each.expected}}, audit);
    EXPECT_EQ(audit.as_expected, each.as_expected)
        << (each.expected ? to_string(*each.expected) : "any") << each.judged;
  }
}

TEST(DistillAudit, AnOversellIsUnexpectedWhateverTheSingleAnswersSay) {
  AuditResult audit = distill(sample_audit(2, 3));
  add_properties(judge_history(a_stale_view()), {{"no_stale_reads", Verdict::broken}}, audit);
  EXPECT_EQ(audit.as_expected, false);
}

TEST(DistillAudit, WithoutAHistoryEverySingleAnswerIsUndecidedAndSaysWhy) {
  AuditResult audit;
  add_properties(system_error("no disk"), {}, audit);
  for (const PropertyResult& property : audit.properties) {
    EXPECT_EQ(property.verdict, Verdict::undecided) << property.name;
    EXPECT_EQ(property.witness, "no disk") << property.name;
  }
}

}  // namespace
}  // namespace doorbuster
