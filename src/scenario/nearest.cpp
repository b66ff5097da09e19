#include "scenario/nearest.h"

#include <fmt/format.h>

#include <algorithm>

namespace doorbuster {
namespace {

constexpr std::size_t kLongestWord = 80;

std::string_view last_part(std::string_view word) {
  const std::size_t dot = word.rfind('.');
  return dot == std::string_view::npos ? word : word.substr(dot + 1);
}

// How many edits still look like a slip of the finger.
std::size_t tolerance(std::string_view word) {
  return word.size() <= 5 ? 1 : std::max<std::size_t>(2, word.size() / 4);
}

}  // namespace

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before(b.size() + 1);
  std::vector<std::size_t> last(b.size() + 1);
  std::vector<std::size_t> now(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    now[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t change = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      now[j] = std::min({last[j] + 1, now[j - 1] + 1, change});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        now[j] = std::min(now[j], before[j - 2] + 1);
      }
    }
    std::swap(before, last);
    std::swap(last, now);
  }
  return last[b.size()];
}

std::optional<std::string> nearest(std::string_view word,
                                   const std::vector<std::string>& candidates) {
  if (word.empty() || word.size() > kLongestWord) return std::nullopt;
  std::optional<std::string> best;
  std::size_t best_score = SIZE_MAX;
  const auto consider = [&](const std::string& candidate, std::size_t score) {
    if (score < best_score) {
      best = candidate;
      best_score = score;
    }
  };
  const std::string_view end = last_part(word);
  for (const std::string& candidate : candidates) {
    const std::string_view candidate_end = last_part(candidate);
    // The whole word, but not so that a short last part would be another word altogether.
    const std::size_t whole = edit_distance(word, candidate);
    const bool alike = std::count(word.begin(), word.end(), '.') ==
                       std::count(candidate.begin(), candidate.end(), '.');
    if (alike && whole <= tolerance(word) && whole < std::max(end.size(), candidate_end.size())) {
      consider(candidate, whole * 2);
    }
    // The right key in the wrong table: worse than any slip within the right one.
    const std::size_t part = edit_distance(end, candidate_end);
    if (end.size() > 2 && part <= tolerance(end) / 2) {
      consider(candidate, part * 2 + 3 + edit_distance(word, candidate) / 4);
    }
  }
  return best;
}

std::string did_you_mean(std::string_view word, const std::vector<std::string>& candidates,
                         std::string_view otherwise) {
  const std::optional<std::string> near = nearest(word, candidates);
  return near ? fmt::format("; did you mean {}?", *near) : std::string(otherwise);
}

}  // namespace doorbuster
