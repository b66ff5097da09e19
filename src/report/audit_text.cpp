#include "report/audit_text.h"

#include <fmt/format.h>

#include "report/audit_timeline.h"
#include "report/escape.h"
#include "report/table.h"
#include "results/distill.h"

namespace doorbuster {
namespace {

std::string percent(const StaleCount& count) {
  if (count.views == 0) return "-";
  return fmt::format("{:.2f} %",
                     100.0 * static_cast<double>(count.stale) / static_cast<double>(count.views));
}

std::string in_ms(Duration duration) { return fmt::format("{:.3f} ms", to_millis(duration)); }

class Page {
 public:
  Page(const HistoryVerdict& verdict, const TerminalStyle& style)
      : verdict_(verdict), style_(style) {}

  std::string text() && {
    text_ =
        fmt::format("verdict: {}, of {} operations on {} item{}\n\n",
                    toned(to_string(verdict_.verdict), tone_of(verdict_.verdict), style_.colour),
                    verdict_.operations, verdict_.items, verdict_.items == 1 ? "" : "s");
    properties();
    reasons();
    faults();
    unknown();
    staleness();
    divergence();
    power();
    return std::move(text_);
  }

 private:
  void properties() {
    std::vector<std::vector<Cell>> rows;
    for (const PropertyFinding& finding : verdict_.findings) {
      rows.push_back({{finding.name},
                      {std::string(to_string(finding.verdict)), tone_of(finding.verdict)},
                      {fmt::format("{}", finding.found)},
                      {fmt::format("{}", finding.possible)}});
    }
    text_ += table(
        {{"", "property", true}, {"", "verdict", true}, {"surely", "found"}, {"", "possible"}},
        rows, style_.colour);
  }

  void sentence(std::string_view words) {
    text_ += wrapped(terminal_safe(words), style_.width, 2) + "\n";
  }

  void reasons() {
    for (const PropertyFinding& finding : verdict_.findings) {
      if (finding.verdict == Verdict::undecided) {
        text_ += '\n';
        sentence(fmt::format("{} is undecided: {}.", finding.name, finding.undecided));
      }
      if (finding.violations.empty()) continue;
      const Violation& first = finding.violations.front();
      text_ += '\n';
      sentence(fmt::format("{}: {}.", finding.name, first.sentence));
      if (const auto around = verdict_.surroundings.find(finding.name);
          around != verdict_.surroundings.end()) {
        text_ += audit_timeline(distill(around->second));
      }
      if (finding.violations.size() > 1) {
        std::string others = "others:";
        for (std::size_t i = 1; i < finding.violations.size(); ++i) {
          if (finding.violations[i].operations.empty()) continue;
          others += fmt::format(
              " op {}", static_cast<std::uint32_t>(finding.violations[i].operations.front()));
        }
        text_ += "  " + wrapped(others, style_.width - 2, 4) + "\n";
      }
    }
  }

  void faults() {
    if (verdict_.faults.empty()) return;
    text_ += '\n';
    for (const HistoryFault& fault : verdict_.faults) {
      const std::string of = fault.operation.empty() ? "" : " of " + fault.operation;
      if (fault.from == kNever) {
        sentence(fmt::format("fault: {}{} never came.", fault.kind, of));
        continue;
      }
      sentence(fmt::format("fault: {}{} from {:.3f} to {:.3f} s.", fault.kind, of,
                           to_seconds(since_start(fault.from)),
                           to_seconds(since_start(fault.until))));
    }
  }

  void unknown() {
    if (!verdict_.unknown || verdict_.unknown->attempts == 0) return;
    const UnknownOutcomes& of = *verdict_.unknown;
    text_ += '\n';
    sentence(fmt::format(
        "without an answer: {} attempts, {} sold and {} not sold; of their purchases {} duplicate "
        "orders, {} zombies{}, {} units leaked.",
        of.attempts, of.sold, of.not_sold, of.duplicates, of.zombies,
        of.possible_zombies > of.zombies ? fmt::format(" (possibly {})", of.possible_zombies) : "",
        of.leaked_units ? fmt::format("{}", *of.leaked_units) : "an unknown number of"));
    for (const UnknownOutcomes::Witness& each : of.named) {
      sentence(fmt::format("{}: {}.", to_string(each.fate), each.sentence));
    }
  }

  void staleness() {
    const Staleness& of = verdict_.staleness;
    if (of.all.views == 0) return;
    text_ += '\n';
    std::string words = fmt::format("stale: {} of {} views", percent(of.all), of.all.views);
    for (std::size_t i = 0; i < of.by_source.size(); ++i) {
      const std::string_view source = to_string(static_cast<AnswerSource>(i));
      if (source.empty() || of.by_source[i].views == 0) continue;
      words += fmt::format(", {} from the {}", percent(of.by_source[i]), source);
    }
    sentence(words + ".");
    if (of.all.stale == 0) return;
    sentence(fmt::format(
        "their age, at least to at most: p50 {} to {}, p99 {} to {}, max {} to {}; up to {} "
        "versions "
        "and {} units behind; {} showed stock when there was none, {} none when there was stock.",
        in_ms(of.certain_age.percentile(50)), in_ms(of.possible_age.percentile(50)),
        in_ms(of.certain_age.percentile(99)), in_ms(of.possible_age.percentile(99)),
        in_ms(of.certain_age.max()), in_ms(of.possible_age.max()), of.most_versions_behind,
        of.most_units_behind, of.shows_stock_when_none, of.shows_none_when_stock));
    words = "by time since the last change:";
    for (std::size_t i = 0; i < Staleness::kLimits.size(); ++i) {
      const StaleCount& count = of.by_time_since_change[i];
      if (count.views == 0) continue;
      const bool last = i + 1 == Staleness::kLimits.size();
      words +=
          fmt::format("{} {} {}", words.back() == ':' ? "" : ",",
                      last ? "later" : fmt::format("< {} ms", to_millis(Staleness::kLimits[i])),
                      percent(count));
    }
    sentence(words + ".");
  }

  void divergence() {
    const auto& apart = verdict_.divergence;
    if (!apart) return;
    text_ += '\n';
    std::string words = fmt::format(
        "gate and database: {} orders in both logs; {} the gate granted and the database does not "
        "have, {} the database has and the gate did not grant or got back",
        apart->orders_in_both, apart->granted_without_row, apart->rows_without_grant);
    if (apart->displaced) {
      words +=
          fmt::format("; {} stand at another place in the one than in the other, by {} at most",
                      *apart->displaced, *apart->greatest_displacement);
    }
    if (apart->unknown_changes > 0) {
      words += fmt::format("; {} changes of the gate are by nobody known", apart->unknown_changes);
    }
    sentence(words + ".");
  }

  void power() {
    if (!verdict_.power.operation || !verdict_.power.gap) return;
    text_ += '\n';
    sentence(fmt::format(
        "power: half of the operations took under {}, half of the gaps between changes of stock "
        "were under {}; the shorter the first against the second, the sharper the check.",
        in_ms(*verdict_.power.operation), in_ms(*verdict_.power.gap)));
  }

  const HistoryVerdict& verdict_;
  const TerminalStyle& style_;
  std::string text_;
};

}  // namespace

std::string audit_text(const HistoryVerdict& verdict, const TerminalStyle& style) {
  return Page(verdict, style).text();
}

}  // namespace doorbuster
