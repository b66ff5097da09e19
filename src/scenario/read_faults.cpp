#include <fmt/format.h>

#include "scenario/sections.h"
#include "scenario/units.h"

namespace doorbuster {
namespace {

constexpr std::string_view kHalfSold = "half_sold";
constexpr std::string_view kPoolFreeze = "pool_freeze";

std::optional<ServerFault> server_fault_of(std::string_view kind) {
  using Kind = ServerFault::Kind;
  const auto fault = [](Store store, Kind what) {
    ServerFault made;
    made.store = store;
    made.kind = what;
    return made;
  };
  if (kind == "redis_restart") return fault(Store::redis, Kind::restart);
  if (kind == "redis_stall") return fault(Store::redis, Kind::stall);
  if (kind == "postgres_restart") return fault(Store::postgres, Kind::restart);
  if (kind == "postgres_stall") return fault(Store::postgres, Kind::stall);
  return std::nullopt;
}

// Since the doors opened; nothing: when half of the units are sold.
std::optional<Duration> read_at(Reader& in, const std::string& key, const Load& load) {
  if (!in.given(key)) {
    in.complain(
        key, fmt::format("{} is missing: a time since T0, such as \"3s\", or \"half_sold\"", key));
    return Duration{};
  }
  const std::string text = in.text(key);
  if (!in.sound(key) || text == kHalfSold) return std::nullopt;
  const std::optional<Duration> at = parse_duration(text);
  if (!at) {
    in.refuse(key, "a time since T0, such as \"3s\", or \"half_sold\" is needed");
    return Duration{};
  }
  if (*at < Duration{}) {
    in.refuse(key, "at least 0s is needed");
    return Duration{};
  }
  const Duration ends = load.duration() - load.t0();
  const bool known = load.trace_file.empty();  // a trace is read later
  if (known && *at >= ends) {
    in.refuse(key, fmt::format("the load is over {} after T0", format_duration(ends)));
  }
  return load.t0() + *at;
}

Duration read_for(Reader& in, const std::string& key) {
  if (in.given(key)) return in.duration(key);
  in.complain(key, fmt::format("{} is missing: how long the fault lasts", key));
  return {};
}

ServerFault read_server_fault(Reader& in, const std::string& prefix, ServerFault fault,
                              bool durable) {
  if (fault.kind != ServerFault::Kind::restart) return fault;
  if (fault.store == Store::postgres) {
    fault.immediate = in.word(prefix + "mode") == "immediate";
    return fault;
  }
  fault.snapshot = in.word(prefix + "keeps") == "snapshot";
  if (fault.snapshot && durable) {
    in.refuse(prefix + "keeps", "with stores.durable = true Redis keeps every write, no snapshot");
  }
  return fault;
}

const ServerFault* server_fault(const Fault& fault) {
  return std::get_if<ServerFault>(&fault.what);
}

// A server that is away cannot be taken away: faults of one come one after the other.
void refuse_overlaps(Reader& in, const std::vector<Fault>& faults) {
  for (std::size_t i = 0; i < faults.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      const ServerFault* mine = server_fault(faults[i]);
      const ServerFault* other = server_fault(faults[j]);
      if (mine == nullptr || other == nullptr || mine->store != other->store) continue;
      const bool apart = faults[i].at && faults[j].at &&
                         (*faults[i].at > *faults[j].at + faults[j].lasts ||
                          *faults[j].at > *faults[i].at + faults[i].lasts);
      const std::string key = fmt::format("fault[{}].at", i + 1);
      if (apart || !in.sound(key) || !in.sound(fmt::format("fault[{}].at", j + 1))) continue;
      in.refuse(key, fmt::format("it may overlap with fault[{}], of the same server", j + 1));
    }
  }
}

}  // namespace

std::vector<Fault> read_faults(Reader& in, const Load& load, const StoreSettings& stores,
                               const Vocabulary& vocabulary) {
  std::vector<Fault> faults;
  for (int i = 1; i <= in.size_of_list("fault"); ++i) {
    const std::string prefix = fmt::format("fault[{}].", i);
    Fault fault;
    fault.kind = in.word(prefix + "kind");
    fault.at = read_at(in, prefix + "at", load);
    fault.lasts = read_for(in, prefix + "for");
    fault.strategies = read_struck(in, prefix, vocabulary);
    if (!in.sound(prefix + "kind")) {  // nobody can say which of the others have an effect
      in.ignore_under(prefix);
    } else if (const auto server = server_fault_of(fault.kind)) {
      fault.what = read_server_fault(in, prefix, *server, stores.durable);
    } else if (fault.kind == kPoolFreeze) {
      fault.what = PoolFreeze{};
    } else {
      fault.what = read_strike(in, prefix, "when", fault.kind, vocabulary);
    }
    faults.push_back(std::move(fault));
  }
  refuse_overlaps(in, faults);
  return faults;
}

}  // namespace doorbuster
