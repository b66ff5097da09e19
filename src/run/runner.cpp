#include "run/runner.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <limits>
#include <utility>

#include "base/random.h"
#include "history/history_file.h"
#include "results/history_files.h"
#include "run/environment.h"
#include "run/expectations.h"
#include "run/faults.h"
#include "run/interrupt.h"
#include "run/simulated_world.h"
#include "scenario/describe.h"

namespace doorbuster {
namespace {

constexpr std::uint64_t kNameStream = 9;
constexpr std::uint64_t kOrderStream = 12;

class Runner {
 public:
  Runner(const Scenario& scenario, const RunSettings& settings, const RunObserver& observer)
      : scenario_(scenario), settings_(settings), observer_(observer) {}

  Result<RunEnd> run() {
    const std::string started_at = utc_now();
    // A simulated run draws nothing from the machine, not even its name.
    const std::uint64_t chance =
        settings_.simulated ? stream_seed(scenario_.seed, kNameStream, 0) : entropy();
    auto folder = RunFolder::create(settings_.out, started_at, scenario_.name, chance);
    if (!folder) return folder.error();
    RunEnd end{describe(*folder, started_at), std::move(*folder), 0, ""};

    const Interrupt interrupt;
    if (auto measured = measure(end); !measured && Interrupt::times() == 0) {
      if (end.result.trials.empty()) {
        end.folder.discard();
        return measured.error();
      }
      end.result.warnings.push_back("the run ended early: " + measured.error().message());
      end.result.interrupted = true;
    }
    end.signal = Interrupt::signal();
    end.result.interrupted |= end.signal != 0;
    conclude(end.result);
    if (auto saved = save(end); !saved) end.unsaved = saved.error().message();
    return end;
  }

 private:
  Result<std::unique_ptr<World>> make_world() {
    if (settings_.simulated) {
      const auto objection =
          objection_to(scenario_.faults, {.redis = false, .postgres = false, .simulated = true});
      if (objection) return invalid(*objection);
      return make_simulated_world(scenario_);
    }
    tell("getting Redis and PostgreSQL ready");
    return make_real_world(scenario_, settings_.stores);
  }

  // The world is gone, its throwaway servers with it, before the last report is written.
  Result<Done> measure(RunEnd& end) {
    auto world = make_world();
    if (!world) return world.error();
    end.result.environment = (*world)->environment();
    std::ranges::move(warnings_of(end.result.environment), std::back_inserter(end.result.warnings));
    end.result.simulated = (*world)->simulated();
    return run_trials(**world, end);
  }

  RunResult describe(const RunFolder& folder, const std::string& started_at) const {
    RunResult result;
    result.run_id = folder.run_id();
    result.started_at = started_at;
    result.doorbuster_version = version();
    result.build = build_info();
    result.scenario = {.name = scenario_.name,
                       .file = scenario_.file,
                       .sha256 = scenario_.sha256,
                       .trace_sha256 = std::nullopt,
                       .resolved = resolved_facts()};
    if (scenario_.load.trace) result.scenario.trace_sha256 = scenario_.load.trace->sha256();
    result.simulated = settings_.simulated;
    result.model = scenario_.load.model == Load::Model::open ? "open" : "closed";
    result.shards = scenario_.shards;
    for (const StrategyChoice& choice : scenario_.strategies) {
      for (const std::string& allowed : choice.allows) {
        result.warnings.push_back(fmt::format("{} is unsafe: {}", choice.name, allowed));
      }
    }
    return result;
  }

  Facts resolved_facts() const {
    Facts facts;
    for (const auto& [key, value] : scenario_.resolved) {
      facts.emplace_back(key, plain_value(value));
    }
    return facts;
  }

  // The strategies of a block, as their places in the scenario, in the order in which they run.
  std::vector<std::size_t> block_of(const RunResult& so_far, int block) const {
    std::vector<std::size_t> places;
    if (settings_.next_block) {
      const std::vector<std::string> names = settings_.next_block(so_far);
      for (std::size_t i = 0; i < scenario_.strategies.size(); ++i) {
        const std::string& name = scenario_.strategies[i].name;
        if (std::ranges::find(names, name) != names.end()) places.push_back(i);
      }
    } else if (block <= scenario_.repetitions) {
      for (std::size_t i = 0; i < scenario_.strategies.size(); ++i) places.push_back(i);
    }
    if (!settings_.shuffled) return places;
    Random random(stream_seed(scenario_.seed, kOrderStream, static_cast<std::uint64_t>(block)));
    for (std::size_t k = places.size(); k > 1; --k) {
      std::swap(places[k - 1], places[random.below(k)]);
    }
    return places;
  }

  // Block after block, in each every strategy once.
  Result<Done> run_trials(World& world, RunEnd& end) {
    end.result.interrupted = true;  // until the last block has ended
    int trial = 0;
    for (int block = 1; Interrupt::times() == 0; ++block) {
      const std::vector<std::size_t> places = block_of(end.result, block);
      if (places.empty()) {
        end.result.interrupted = false;
        break;
      }
      // Of a run whose blocks are asked for one by one nobody knows how many are to come.
      const int planned = scenario_.repetitions * static_cast<int>(scenario_.strategies.size());
      const int trials = std::max(planned, trial + static_cast<int>(places.size()));
      for (const std::size_t place : places) {
        if (trial > 0) world.rest(scenario_.pause);
        if (Interrupt::times() > 0) return Done{};
        auto ended = run_one(world, end.folder, place, block, ++trial, trials);
        if (!ended) {
          if (end.result.trials.empty()) return ended.error();
          end.result.warnings.push_back("the run ended early: " + ended.error().message());
          return Done{};
        }
        // A plan that is known to its end is whole with its last trial.
        const bool last = !settings_.next_block && trial == trials;
        auto kept = keep(end, std::move(*ended), last);
        if (!kept) return kept.error();
        if (!*kept) return Done{};
      }
    }
    return Done{};
  }

  // Into the result, and that to the disk; false: a store is gone, so this was the last trial.
  Result<bool> keep(RunEnd& end, TrialEnd ended, bool last) const {
    const bool store_is_gone = ended.trouble.has_value();
    if (store_is_gone) end.result.warnings.push_back("the run ended early: " + *ended.trouble);
    end.result.trials.push_back(std::move(ended.result));
    std::ranges::move(ended.thresholds, std::back_inserter(end.result.thresholds));
    end.result.interrupted = !last || store_is_gone;
    conclude(end.result);
    if (auto saved = save(end); !saved) return saved.error();
    return !store_is_gone;
  }

  HistoryPlan history_of(const RunFolder& folder, const TrialPlan& plan) const {
    HistoryPlan history;
    history.folder = folder.path();
    history.path = history_file(plan.name, plan.repetition);
    history.about = {.scenario = scenario_.name,
                     .strategy = std::string(plan.name),
                     .run = folder.run_id(),
                     .started_at = utc_now(),
                     .program = fmt::format("doorbuster {}", version()),
                     .repetition = plan.repetition,
                     .seed = plan.seed};
    history.limits.waits = settings_.simulated;
    const bool some = scenario_.history.views && scenario_.history.views_until > 0;
    history.limits.views = some || settings_.whole_history;
    history.limits.views_until = settings_.whole_history ? std::numeric_limits<std::int64_t>::max()
                                                         : scenario_.history.views_until;
    return history;
  }

  Result<TrialEnd> run_one(World& world, const RunFolder& folder, std::size_t place, int repetition,
                           int trial, int trials) {
    const StrategyChoice& choice = scenario_.strategies[place];
    const StrategyEntry* strategy = find_strategy(choice.strategy);
    CHECK(strategy != nullptr, "a scenario names strategies that exist: {}", choice.strategy);
    tell(fmt::format("trial {} of {}: {}", trial, trials, choice.name));
    TrialPlan plan{.scenario = scenario_,
                   .name = choice.name,
                   .strategy = *strategy,
                   .options = choice.options,
                   .repetition = repetition,
                   .block = repetition,
                   .seed = scenario_.seed + static_cast<std::uint64_t>(repetition - 1)};
    if (observer_.on_progress) {
      plan.on_progress = [&, trial, trials](const OpeningProgress& progress) {
        observer_.on_progress({choice.name, trial, trials, progress});
      };
    }
    plan.history = history_of(folder, plan);
    return run_trial(plan, world);
  }

  // Without the link a result is as good: that is a warning, and every save would give it.
  Result<Done> save(RunEnd& end) const {
    auto& warnings = end.result.warnings;
    auto saved = end.folder.save(end.result);
    while (!saved && give_up_a_history(end)) saved = end.folder.save(end.result);
    if (!saved) return saved;
    if (auto linked = end.folder.make_latest();
        !linked && std::ranges::find(warnings, linked.error().message()) == warnings.end()) {
      warnings.push_back(linked.error().message());
    }
    if (observer_.on_saved) observer_.on_saved(end.result, end.folder);
    return Done{};
  }

  // A result is worth more than a history that the disk had no room for: false where there is none.
  static bool give_up_a_history(RunEnd& end) {
    for (TrialResult& trial : end.result.trials) {
      if (trial.history.file.empty()) continue;
      const auto path = end.folder.path() / trial.history.file;
      const auto file = HistoryFile::open(path);
      std::error_code failed;
      if ((file && !file->damage()) || !std::filesystem::remove(path, failed)) continue;
      trial.history = {};
      end.result.warnings.push_back(
          fmt::format("the history of {}, trial {}, which is not whole, was removed to make room "
                      "for the result",
                      trial.strategy, trial.repetition));
      return true;
    }
    return false;
  }

  void tell(std::string_view what) const {
    if (observer_.on_phase) observer_.on_phase(what);
  }

  const Scenario& scenario_;
  const RunSettings& settings_;
  const RunObserver& observer_;
};

}  // namespace

Result<RunEnd> run_scenario(const Scenario& scenario, const RunSettings& settings,
                            const RunObserver& observer) {
  return Runner(scenario, settings, observer).run();
}

}  // namespace doorbuster
