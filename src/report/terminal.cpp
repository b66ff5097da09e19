#include "report/terminal.h"

#include <fmt/format.h>

#include <algorithm>

#include "report/escape.h"
#include "report/measured.h"
#include "report/table.h"
#include "report/terminal_lines.h"

namespace doorbuster {
namespace {

Tone tone_of(Validity validity) {
  return validity == Validity::valid      ? Tone::good
         : validity == Validity::degraded ? Tone::odd
                                          : Tone::bad;
}

constexpr int kMostReasonLines = 6;

class ResultPage {
 public:
  ResultPage(const RunResult& result, const TerminalStyle& style)
      : result_(result), style_(style), strategies_(summarize(result)) {
    several_ = std::any_of(strategies_.begin(), strategies_.end(),
                           [](const StrategySummary& each) { return each.trials.size() > 1; });
  }

  void heading() {
    std::string words = terminal_safe(result_.scenario.name);
    if (result_.simulated) words += ", SIMULATED stores in virtual time";
    if (result_.model == "closed") words += ", closed model";
    if (result_.interrupted) words += ", INTERRUPTED: trials are missing";
    text_ += wrapped(words, style_.width, 2) + "\n";
    text_ +=
        fmt::format("verdict: {}, validity: {}\n",
                    toned(to_string(result_.verdict), tone_of(result_.verdict), style_.colour),
                    toned(to_string(result_.validity), tone_of(result_.validity), style_.colour));
  }

  void promises() {
    if (strategies_.empty()) {
      text_ += "\nNo trial was finished.\n";
      return;
    }
    std::vector<std::vector<Cell>> rows;
    for (const StrategySummary& each : strategies_) rows.push_back(promises_of(each));
    add({{result_.simulated ? "simulated" : "", "strategy", true},
         {"", "validity", true},
         {"sold of", "stock"},
         {"", "oversold"},
         {"promised", "too many"},
         {"", "verdict", true}},
        rows);
  }

  void speeds() {
    if (strategies_.empty()) return;
    std::vector<std::vector<Cell>> rows;
    for (const StrategySummary& each : strategies_) {
      rows.push_back({{terminal_safe(each.name)},
                      {in_ms(view_latency(each, 50))},
                      {in_ms(view_latency(each, 99))},
                      {in_ms(view_latency(each, 99.9))},
                      {in_ms(buy_latency(each, 50))},
                      {in_ms(buy_latency(each, 99))},
                      {in_ms(buy_latency(each, 99.9))},
                      {plain(goodput(each))},
                      {in_percent(hit_ratio(each))}});
    }
    add({{result_.simulated ? "simulated" : "", "strategy", true},
         {"views", "p50"},
         {"ms", "p99"},
         {"", "p99.9"},
         {"buys", "p50"},
         {"ms", "p99"},
         {"", "p99.9"},
         {"sold", "units/s"},
         {"hits", "%"}},
        rows);
    if (several_) ranges();
  }

  // Who got the units, where there are several kinds of buyers.
  void kinds() {
    std::vector<std::vector<Cell>> rows;
    std::vector<std::string> order;
    for (const StrategySummary& each : strategies_) {
      const auto& kinds = each.trials.front()->kinds;
      for (std::size_t i = 0; i < kinds.size(); ++i) rows.push_back(kind_of(each, i));
      if (kinds.empty()) continue;
      const auto fairness = each.over_trials([](const TrialResult& trial) {
        return counted_figure(trial.fairness.first_come_first_served, trial.fairness.pairs);
      });
      order.push_back(fmt::format("{}: {}", terminal_safe(each.name), plain(fairness)));
    }
    if (rows.empty()) return;
    add({{result_.simulated ? "simulated" : "", "strategy", true},
         {"", "buyers", true},
         {"purchases", "%"},
         {"units", "%"},
         {"buys", "p50"},
         {"ms", "p99"}},
        rows);
    list("First come, first served (1: strictly; 0.5: as by lot):", order);
  }

  // Whole where they are few, else a line a strategy: the tables stay on the first screen.
  void reasons() {
    std::vector<std::string> lines;
    for (const StrategySummary& each : strategies_) {
      const std::string reason = reason_of(each);
      if (!reason.empty()) lines.push_back(reason);
    }
    for (const std::string& warning : result_.warnings) lines.push_back(terminal_safe(warning));

    std::string whole;
    for (const std::string& line : lines) whole += "  " + wrapped(line, style_.width - 2, 4) + "\n";
    if (std::count(whole.begin(), whole.end(), '\n') <= kMostReasonLines) {
      text_ += whole;
      return;
    }
    const std::size_t shown = std::min<std::size_t>(lines.size(), kMostReasonLines);
    const std::size_t of_each = kMostReasonLines / shown;
    for (std::size_t i = 0; i < shown; ++i) {
      const std::string line = cut(lines[i], of_each * (style_.width - 6));
      text_ += "  " + wrapped(line, style_.width - 2, 4) + "\n";
    }
    text_ += "  ... see the report\n";
  }

  void witnesses() {
    std::vector<std::string> lines;
    for (const StrategySummary& strategy : strategies_) {
      for (const InvariantResult* invariant : worst_broken(strategy)) {
        lines.push_back(fmt::format("{}: {}{}: {}", terminal_safe(strategy.name),
                                    terminal_safe(invariant->name),
                                    !invariant->as_expected ? ""
                                    : invariant->expected   ? " (expected)"
                                                            : " (not judged)",
                                    terminal_safe(invariant->witness)));
      }
    }
    for (const TrialResult& trial : result_.trials) {
      for (const PropertyResult& property : trial.audit.properties) {
        if (property.verdict != Verdict::broken || !property.expected) continue;
        lines.push_back(fmt::format(
            "{}: {}{}: {}", trial_name(trial, several_), terminal_safe(property.name),
            property.as_expected ? " (expected)" : "", terminal_safe(property.witness)));
      }
    }
    list("Promises that were broken:", lines);
    list("What could not be told:", undecided_lines(strategies_));
  }

  void staleness() {
    list_times("Stale views:", stale_lines(strategies_, several_));
    list("Cache and database after the run:", agreement_lines(strategies_, several_));
    list("Gate and database after the run:", gate_lines(strategies_, several_));
    list("Without an answer:", unknown_lines(result_, several_));
  }
  void figures() { list_times("Special to a strategy:", figure_lines(result_, several_)); }
  void errors() { list("Errors:", error_lines(result_, several_)); }
  void faults() { list("Faults, in seconds since the opening:", fault_lines(result_, several_)); }
  void thresholds() { list("Thresholds:", threshold_lines(result_, several_)); }

  void footnotes(std::string_view report) {
    std::vector<std::string> notes;
    if (!strategies_.empty()) {
      if (marked_) notes.push_back("! a promise broken, or a run disturbed");
      if (few_samples_) notes.push_back("~ fewer than 100 samples beyond that percentile");
      if (several_) notes.push_back("medians over trials; counts are of the worst trial");
    }
    std::string line;
    for (const std::string& note : notes) line += (line.empty() ? "" : "; ") + note;
    text_ += "\n";
    if (!line.empty()) text_ += wrapped(line, style_.width, 0) + "\n";
    if (!result_.environment.durability.empty()) {
      text_ += wrapped(terminal_safe(result_.environment.durability), style_.width, 0) + "\n";
    }
    if (!report.empty()) text_ += fmt::format("Report: {}\n", terminal_safe(report));
  }

  std::string text() && { return std::move(text_); }

 private:
  std::vector<Cell> promises_of(const StrategySummary& each) const {
    const auto broken = [&](const std::optional<std::int64_t>& count) {
      const bool odd = count.value_or(0) > 0;
      const Tone tone = !odd ? Tone::plain : each.broke_unexpectedly ? Tone::bad : Tone::odd;
      return Cell{plain(count), tone, odd};
    };
    const std::string_view verdict = verdict_word(each);
    const Tone tone = verdict == "holds" ? Tone::good : verdict == "BROKEN" ? Tone::bad : Tone::odd;
    const bool too_many = each.sold && each.stock && *each.sold > *each.stock;
    return {{terminal_safe(each.name)},
            {std::string(to_string(each.validity)), tone_of(each.validity),
             each.validity != Validity::valid},
            {fmt::format("{}/{}", plain(each.sold), plain(each.stock)),
             too_many ? Tone::odd : Tone::plain, too_many},
            broken(each.worst(&AuditResult::oversold_units)),
            broken(each.worst(&AuditResult::oversold_promised_units)),
            {std::string(verdict), tone, verdict == "BROKEN" || verdict == "not shown"}};
  }

  // The n-th kind: all trials have the same.
  static std::vector<Cell> kind_of(const StrategySummary& each, std::size_t n) {
    const auto over = [&](auto figure) {
      return each.over_trials([&](const TrialResult& trial) {
        return n < trial.kinds.size() ? figure(trial.kinds[n]) : std::optional<Measured>{};
      });
    };
    const auto latency = [&](double p) {
      return over([p](const KindResult& kind) { return percentile(kind.buy, p); });
    };
    return {{terminal_safe(each.name)},
            {terminal_safe(each.trials.front()->kinds[n].name)},
            {in_percent(over([](const KindResult& kind) {
              return counted_figure(kind.arrived_share, kind.counts.arrived);
            }))},
            {in_percent(over([](const KindResult& kind) {
              return counted_figure(kind.units_share, kind.units);
            }))},
            {in_ms(latency(50))},
            {in_ms(latency(99))}};
  }

  void ranges() {
    std::vector<std::vector<Cell>> rows;
    for (const StrategySummary& each : strategies_) {
      rows.push_back({{terminal_safe(each.name)},
                      {fmt::format("{}", each.trials.size())},
                      {range_in_ms(view_latency(each, 99))},
                      {range_in_ms(buy_latency(each, 50))},
                      {range_in_ms(buy_latency(each, 99))},
                      {range(goodput(each))}});
    }
    add({{"lowest to", "highest", true},
         {"", "trials"},
         {"views ms", "p99"},
         {"buys ms", "p50"},
         {"", "p99"},
         {"sold", "units/s"}},
        rows);
  }

  // For each broken invariant the trial in which most was found.
  static std::vector<const InvariantResult*> worst_broken(const StrategySummary& strategy) {
    std::vector<const InvariantResult*> worst;
    for (const TrialResult* trial : strategy.trials) {
      for (const InvariantResult& invariant : trial->audit.invariants) {
        if (invariant.verdict != Verdict::broken) continue;
        const auto same = std::find_if(
            worst.begin(), worst.end(),
            [&](const InvariantResult* other) { return other->name == invariant.name; });
        if (same == worst.end()) {
          worst.push_back(&invariant);
        } else if ((*same)->found < invariant.found) {
          *same = &invariant;
        }
      }
    }
    return worst;
  }

  // The worst trial's reasons; those that begin alike ("the harness was late: ...") say it once.
  std::string reason_of(const StrategySummary& each) const {
    const TrialResult* worst = nullptr;
    int others = 0;
    for (const TrialResult* trial : each.trials) {
      if (trial->reasons.empty()) continue;
      others += worst != nullptr;
      if (worst == nullptr || trial->validity > worst->validity) worst = trial;
    }
    if (worst == nullptr) return "";
    std::string words =
        fmt::format("{}: {}: ", trial_name(*worst, several_), to_string(worst->validity));
    std::string_view topic;
    std::string_view between;
    for (std::string_view reason : worst->reasons) {
      const std::size_t colon = reason.find(": ");
      const bool same = colon != std::string_view::npos && reason.substr(0, colon) == topic;
      topic = colon == std::string_view::npos ? "" : reason.substr(0, colon);
      if (same) reason.remove_prefix(colon + 2);
      words += fmt::format("{}{}", between, terminal_safe(reason));
      between = "; ";
    }
    if (others > 0) words += fmt::format(" (and {} more of its trials)", others);
    return words;
  }

  // A table, with a blank line before it. The first cell of a row is a name.
  void add(const std::vector<Column>& columns, const std::vector<std::vector<Cell>>& rows) {
    for (const std::vector<Cell>& row : rows) {
      for (std::size_t i = 1; i < row.size(); ++i) {
        marked_ = marked_ || row[i].marked;
        few_samples_ = few_samples_ || row[i].text.find('~') != std::string::npos;
      }
    }
    text_ += "\n" + table(columns, rows, style_.colour);
  }

  void list(std::string_view title, const std::vector<std::string>& lines) {
    if (lines.empty()) return;
    text_ += fmt::format("\n{}\n", title);
    for (const std::string& line : lines) text_ += "  " + wrapped(line, style_.width - 2, 4) + "\n";
  }

  void list_times(std::string_view title, const std::vector<std::string>& lines) {
    list(title, lines);
    for (const std::string& line : lines) {
      few_samples_ = few_samples_ || line.find('~') != std::string::npos;
    }
  }

  const RunResult& result_;
  const TerminalStyle& style_;
  std::vector<StrategySummary> strategies_;
  bool several_ = false;
  bool marked_ = false;       // a cell has a "!"
  bool few_samples_ = false;  // a cell has a "~"
  std::string text_;
};

}  // namespace

std::string terminal_report(const RunResult& result, std::string_view report,
                            const TerminalStyle& style) {
  ResultPage page(result, style);
  page.heading();
  page.reasons();
  page.promises();
  page.speeds();
  page.kinds();
  page.witnesses();
  page.staleness();
  page.figures();
  page.faults();
  page.errors();
  page.thresholds();
  page.footnotes(report);
  return std::move(page).text();
}

}  // namespace doorbuster
