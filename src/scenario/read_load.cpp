#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "scenario/profile.h"
#include "scenario/sections.h"
#include "scenario/units.h"

namespace doorbuster {
namespace {

constexpr double kMostArrivals = 1e9;
constexpr std::array<std::string_view, 5> kProfileNames = {"constant", "poisson", "ramp", "step",
                                                           "flash"};

// A key that has no default and that this profile needs.
bool require(Reader& in, const std::string& key, std::string_view profile,
             std::string_view example) {
  if (in.given(key)) return true;
  const std::string last = key.substr(key.rfind('.') + 1);
  in.complain(key, fmt::format("{} is missing: profile {} needs it, such as {} = {}", key, profile,
                               last, example));
  return false;
}

Stage read_stage(Reader& in, const std::string& prefix) {
  Stage stage;
  const std::string profile = in.word(prefix + ".profile");
  if (profile == "trace") {
    in.refuse(prefix + ".profile", "a trace is the whole load; it stands in [load] alone");
  }
  if (!in.sound(prefix + ".profile")) {
    in.ignore_under(prefix + ".");
    return stage;
  }
  const auto* const found = std::find(kProfileNames.begin(), kProfileNames.end(), profile);
  stage.profile = static_cast<Profile>(found - kProfileNames.begin());
  const bool two_rates = stage.profile == Profile::ramp || stage.profile == Profile::step;
  const bool flash = stage.profile == Profile::flash;
  stage.duration = in.duration(prefix + ".duration");
  stage.rate = in.number(prefix + ".rate");
  if (two_rates && require(in, prefix + ".rate_to", profile, "2000")) {
    stage.rate_to = in.number(prefix + ".rate_to");
  }
  if ((flash || stage.profile == Profile::step) &&
      require(in, prefix + ".at", profile, R"("2s")")) {
    stage.at = in.duration(prefix + ".at");
    if (in.sound(prefix + ".at") && in.sound(prefix + ".duration") && stage.at >= stage.duration) {
      in.refuse(prefix + ".at", fmt::format("it is not before the end, duration = \"{}\"",
                                            format_duration(stage.duration)));
    }
  }
  if (!flash) return stage;
  if (require(in, prefix + ".decay", profile, R"("3s")")) {
    stage.decay = in.duration(prefix + ".decay");
  }
  stage.quiet_rate = in.number(prefix + ".quiet_rate");
  if (in.sound(prefix + ".rate") && in.sound(prefix + ".quiet_rate") &&
      stage.quiet_rate > stage.rate) {
    in.refuse(prefix + ".quiet_rate", fmt::format("it is above the peak, rate = {}", stage.rate));
  }
  return stage;
}

std::vector<Stage> read_stages(Reader& in) {
  const int count = in.size_of_list("load.stage");
  if (count == 0) return {read_stage(in, "load")};
  for (const char* key : {"profile", "duration", "rate", "rate_to", "at", "quiet_rate", "decay"}) {
    const std::string name = fmt::format("load.{}", key);
    if (in.given(name)) in.refuse(name, "it has no effect beside [[load.stage]]; say it there");
  }
  std::vector<Stage> stages;
  for (int i = 1; i <= count; ++i) {
    stages.push_back(read_stage(in, fmt::format("load.stage[{}]", i)));
  }
  return stages;
}

void read_trace(Reader& in, Load& load) {
  in.word("load.profile");
  load.speedup = in.number("load.speedup");
  if (require(in, "load.trace", "trace", R"("traces/sale.csv")")) {
    load.trace_file = in.text("load.trace");
    if (load.trace_file.empty()) in.refuse("load.trace", "a file's name is needed");
  }
  // The rows say all that these keys could.
  for (const auto& [name, value] : in.document().values) {
    const bool of_buyers = name.starts_with("buyers.");
    if (of_buyers) in.refuse(name, "it has no effect: what buyers do is in the trace");
  }
  in.ignore_under("buyers.");
}

bool is_trace(Reader& in) {
  if (in.size_of_list("load.stage") > 0 || !in.given("load.profile")) return false;
  const auto* word = std::get_if<std::string>(&in.at("load.profile").held);
  return word != nullptr && *word == "trace";
}

void check_arrivals(Reader& in, const Load& load) {
  const int count = in.size_of_list("load.stage");
  for (int i = 0; i <= count; ++i) {
    const std::string prefix = i == 0 ? "load" : fmt::format("load.stage[{}]", i);
    for (const char* key :
         {".profile", ".duration", ".rate", ".rate_to", ".at", ".quiet_rate", ".decay"}) {
      if (!in.sound(prefix + key)) return;
    }
  }
  double arrivals = 0;
  for (const Stage& stage : load.stages) arrivals += expected_arrivals(stage, stage.duration);
  const std::string place = count == 0 && in.given("load.rate") ? "load.rate" : "load";
  if (arrivals == 0) {
    in.refuse(place, "nobody would come: the rate is 0 for the whole load");
  } else if (arrivals > kMostArrivals) {
    in.refuse(place, fmt::format("about {:.3g} buyers would come; at most {:.0e} are possible",
                                 arrivals, kMostArrivals));
  }
}

}  // namespace

Load read_load(Reader& in) {
  Load load;
  const std::string model = in.word("load.model");
  load.model = model == "closed" ? Load::Model::closed : Load::Model::open;
  load.pacing = in.duration("load.pacing");
  if (!in.sound("load.model")) {
    in.ignore_under("load.");
  } else if (load.model == Load::Model::open && is_trace(in)) {
    read_trace(in, load);
  } else if (load.model == Load::Model::open) {
    load.stages = read_stages(in);
    check_arrivals(in, load);
  } else {
    load.closed_duration = in.duration("load.duration");
    if (in.given("load.buyers")) {
      load.closed_buyers = in.whole("load.buyers");
    } else {
      in.complain("load.buyers",
                  "load.buyers is missing: a closed load needs it, such as"
                  " buyers = 1000");
    }
    if (in.size_of_list("load.stage") > 0) {
      in.complain("load.stage[1]",
                  R"(load.stage: it has no effect here; it belongs to model = "open")");
      in.ignore_under("load.stage[");
    }
  }
  return load;
}

}  // namespace doorbuster
