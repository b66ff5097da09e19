#include "run/disturbance.h"

#include <fmt/format.h>

namespace doorbuster {
namespace {

constexpr Duration kStoodStill = 250ms;
constexpr Duration kClockWasSet =
    500ms;  // what slows or hastens a clock to keep time stays below it

}  // namespace

std::vector<std::string> said_of(const Disturbance& disturbance) {
  std::vector<std::string> sentences;
  if (disturbance.stood_still > kStoodStill) {
    sentences.push_back(
        fmt::format("the harness stood still for {:.3g} s, until {:.3g} s after the doors opened: "
                    "it was suspended, or had no processor",
                    to_seconds(disturbance.stood_still), to_seconds(disturbance.stood_still_at)));
  }
  const Duration set = disturbance.clock_set;
  if (set > kClockWasSet || set < -kClockWasSet) {
    sentences.push_back(fmt::format(
        "the clock was set {} by {:.3g} s in mid-run: what the stores expire by it "
        "(copies, locks, holds) did not expire when it should",
        set > Duration{} ? "forward" : "back", to_seconds(set > Duration{} ? set : -set)));
  }
  return sentences;
}

}  // namespace doorbuster
