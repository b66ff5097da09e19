#include "run/trial_history.h"

#include <fmt/format.h>

#include <new>

#include "audit/judge_file.h"

namespace doorbuster {

TrialHistory::TrialHistory(const HistoryPlan& plan, int shards) : plan_(plan) {
  if (plan.path.empty()) {
    not_judged_ = invalid("no history was to be kept");
    return;
  }
  auto opened = HistoryWriter::open(plan.folder / plan.path, plan.about, shards, plan.limits);
  if (!opened) {
    reasons_.push_back("no history is kept: " + opened.error().message());
    not_judged_ = system_error(
        fmt::format("{}: give a folder with --out that can be written", reasons_.back()));
    return;
  }
  writer_ = std::move(*opened);
  result_.file = plan.path.generic_string();
}

void TrialHistory::finish(const std::optional<GroundTruth>& truth,
                          const std::vector<HistoryFault>& faults) {
  if (!writer_) return;
  HistoryReport report;
  if (truth) {
    const JudgedHistory judged = without_operations(*truth);
    report = writer_->finish(&judged, faults);
  } else {
    report = writer_->finish(nullptr, faults);
  }
  writer_.reset();
  result_.operations = report.end.operations;
  result_.purchases_dropped = report.end.dropped;
  result_.views_dropped = report.end.views_dropped;
  result_.views_left_out = report.end.views_left_out;
  if (report.trouble) {
    reasons_.push_back("the history is not whole: " + *report.trouble);
    not_judged_ = system_error(fmt::format(
        "{}: make room there, or keep fewer views (history.views_until)", reasons_.back()));
  } else if (report.lost() > 0) {
    reasons_.push_back(
        fmt::format("the history lacks {} purchases and {} views: the disk was too slow for them",
                    report.end.dropped, report.end.views_dropped));
  }
  if (not_judged_) return;
  // A purchase that is missing in it would make a lost order or a phantom of what was none.
  if (report.end.dropped > 0) {
    not_judged_ = system_error(reasons_.back() +
                               "; choose a faster disk with --out, or history.views = false");
  } else if (!truth) {
    not_judged_ = system_error(
        "the ground truth could not be read, against which the history is judged: the trial's "
        "reasons say why");
  }
}

Result<HistoryVerdict> TrialHistory::judge() {
  if (not_judged_) return *not_judged_;
  auto verdict = judge_what_was_kept();
  if (!verdict) reasons_.push_back(verdict.error().message());
  return verdict;
}

Result<HistoryVerdict> TrialHistory::judge_what_was_kept() const try {
  const auto file = HistoryFile::open(plan_.folder / plan_.path);
  JudgeOptions answers;
  for (const Property& property : properties()) answers.properties.emplace_back(property.name);
  auto judged = file ? judge_file(*file, answers) : Result<JudgedFile>(file.error());
  if (!judged) {
    return judged.error().with_message("the history could not be read again: " +
                                       judged.error().message());
  }
  leave_open_without_views(judged->verdict, result_.views_left_out + result_.views_dropped);
  if (auto added = add_surroundings(*file, *judged); !added) return added.error();
  return std::move(judged->verdict);
} catch (const std::bad_alloc&) {
  return system_error(
      "there was too little memory to judge the history: `doorbuster audit` judges it again "
      "on a machine that has more");
}

JudgedHistory without_operations(const GroundTruth& truth) {
  JudgedHistory made;
  made.items = truth.items;
  made.stock_log = truth.stock_log;
  made.gate_log = truth.gate_log;
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
