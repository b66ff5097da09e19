#include "run/trial_history.h"

#include <fmt/format.h>

#include "history/history_file.h"

namespace doorbuster {

TrialHistory::TrialHistory(const HistoryPlan& plan, int shards) : plan_(plan) {
  if (plan.path.empty()) return;
  auto opened = HistoryWriter::open(plan.folder / plan.path, plan.about, shards, plan.limits);
  if (!opened) {
    reasons_.push_back("no history is kept: " + opened.error().message());
    return;
  }
  writer_ = std::move(*opened);
  result_.file = plan.path.generic_string();
}

void TrialHistory::finish(const std::optional<GroundTruth>& truth) {
  if (!writer_) return;
  HistoryReport report;
  if (truth) {
    const JudgedHistory judged = without_operations(*truth);
    report = writer_->finish(&judged);
  } else {
    report = writer_->finish(nullptr);
  }
  writer_.reset();
  result_.operations = report.end.operations;
  result_.purchases_dropped = report.end.dropped;
  result_.views_dropped = report.end.views_dropped;
  result_.views_left_out = report.end.views_left_out;
  if (report.trouble) {
    reasons_.push_back("the history is not whole: " + *report.trouble);
  } else if (report.lost() > 0) {
    reasons_.push_back(
        fmt::format("the history lacks {} purchases and {} views: the disk was too slow for them",
                    report.end.dropped, report.end.views_dropped));
  }
  // A purchase that is missing in it would make a lost order or a phantom of what was none.
  can_be_judged_ = truth && !report.trouble && report.end.dropped == 0;
}

std::optional<HistoryVerdict> TrialHistory::judge() {
  if (!can_be_judged_) return std::nullopt;
  const auto file = HistoryFile::open(plan_.folder / plan_.path);
  auto history = file ? file->read_all() : Result<JudgedHistory>(file.error());
  if (!history) {
    reasons_.push_back("the history could not be read again: " + history.error().message());
    return std::nullopt;
  }
  JudgeOptions answers;
  for (const Property& property : properties()) answers.properties.emplace_back(property.name);
  HistoryVerdict verdict = judge_history(*history, answers);
  leave_open_without_views(verdict, result_.views_left_out + result_.views_dropped);
  return verdict;
}

JudgedHistory without_operations(const GroundTruth& truth) {
  JudgedHistory made;
  made.items = truth.items;
  made.stock_log = truth.stock_log;
  made.cache_read = truth.cache_read;
  made.last_return = truth.last_return;
  made.last_gate_return = truth.last_gate_return;
  made.orders.reserve(truth.orders.size());
  for (const OrderRow& row : truth.orders) {
    PlacedOrder order;
    order.order = static_cast<std::int64_t>(made.orders.size()) + 1;
    order.key = row.key;
    order.buyer = row.buyer;
    order.item = row.item;
    order.quantity = static_cast<std::int32_t>(row.quantity);
    if (row.version) order.version = static_cast<std::int32_t>(*row.version);
    made.orders.push_back(order);
  }
  return made;
}

}  // namespace doorbuster
