#include "sim/chooser.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/check.h"

namespace doorbuster {
namespace {

bool earlier(const Step& a, const Step& b) {
  return a.due != b.due ? a.due < b.due : a.order < b.order;
}

// What an untimed chooser may take: everything but the timers, or else the timer that is due first.
void find_eligible(std::span<const Step> parked, std::vector<std::size_t>* eligible) {
  eligible->clear();
  for (std::size_t i = 0; i < parked.size(); ++i) {
    if (!is_timer(parked[i].kind)) eligible->push_back(i);
  }
  if (eligible->empty()) eligible->push_back(first_due(parked));
}

std::string list_of(std::span<const Step> parked) {
  std::string list;
  for (const Step& step : parked) {
    if (!list.empty()) list += ", ";
    list += to_string(step);
  }
  return list;
}

}  // namespace

std::string_view to_string(StepKind kind) {
  constexpr std::array<std::string_view, 8> names = {"arrive", "apply",   "execute", "recheck",
                                                     "commit", "deliver", "sleep",   "timeout"};
  return names[static_cast<std::size_t>(kind)];
}

std::string to_string(const Step& step) {
  return fmt::format("{} {} {}", step.client, step.operation, to_string(step.kind));
}

std::size_t first_due(std::span<const Step> parked) {
  return static_cast<std::size_t>(std::min_element(parked.begin(), parked.end(), earlier) -
                                  parked.begin());
}

std::size_t RandomOrder::choose(std::span<const Step> parked) {
  find_eligible(parked, &eligible_);
  return eligible_[random_.below(eligible_.size())];
}

Scripted& Scripted::then(int client, std::string_view operation, StepKind until) {
  legs_.push_back({client, std::string(operation), until});
  return *this;
}

std::size_t Scripted::choose(std::span<const Step> parked) {
  if (legs_.empty()) return doorbuster::first_due(parked);
  const Leg& leg = legs_.front();
  const auto fits = [&leg](const Step& step) {
    return step.client == leg.client && step.operation == leg.operation &&
           (step.kind == StepKind::timeout) == (leg.until == StepKind::timeout);
  };
  const auto found = std::find_if(parked.begin(), parked.end(), fits);
  CHECK(found != parked.end(), "the script wants {}'s {} to go on, but parked are: {}", leg.client,
        leg.operation, list_of(parked));
  const bool last = found->kind == leg.until || found->kind == StepKind::deliver ||
                    found->kind == StepKind::sleep;
  if (last) legs_.pop_front();
  return static_cast<std::size_t>(found - parked.begin());
}

std::size_t Replay::choose(std::span<const Step> parked) {
  if (next_ == choices_.size()) return first_due(parked);
  return std::min(choices_[next_++], parked.size() - 1);
}

std::size_t Recording::choose(std::span<const Step> parked) {
  choices_.push_back(inner_.choose(parked));
  return choices_.back();
}

bool EveryOrder::next() {
  if (runs_ > 0) {
    path_.resize(depth_);
    while (!path_.empty() && path_.back().chosen + 1 == path_.back().options) path_.pop_back();
    if (path_.empty()) return false;
    ++path_.back().chosen;
  }
  depth_ = 0;
  ++runs_;
  return true;
}

std::size_t EveryOrder::choose(std::span<const Step> parked) {
  find_eligible(parked, &eligible_);
  if (depth_ == path_.size()) path_.push_back({0, eligible_.size()});
  const Branch& branch = path_[depth_++];
  CHECK(branch.options == eligible_.size(),
        "the program is not the same in every run: {} steps were parked here before, now: {}",
        branch.options, list_of(parked));
  return eligible_[branch.chosen];
}

}  // namespace doorbuster
