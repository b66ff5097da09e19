#include "history/about.h"

#include <fmt/format.h>

#include <charconv>
#include <concepts>

namespace doorbuster {
namespace {

// One list of names for both ways.
template <class Visitor, class About>
requires std::same_as<std::remove_const_t<About>, HistoryAbout>
void each_fact(Visitor& visit, About& about) {
  visit("scenario", about.scenario);
  visit("strategy", about.strategy);
  visit("run", about.run);
  visit("started_at", about.started_at);
  visit("program", about.program);
  visit("repetition", about.repetition);
  visit("seed", about.seed);
}

template <class Visitor, class End>
requires std::same_as<std::remove_const_t<End>, HistoryEnd>
void each_fact(Visitor& visit, End& end) {
  visit("operations", end.operations);
  visit("dropped", end.dropped);
  visit("views_dropped", end.views_dropped);
  visit("views_left_out", end.views_left_out);
  visit("truth", end.truth);
  visit("cache_read", end.cache_read);
  visit("last_return", end.last_return);
  visit("last_gate_return", end.last_gate_return);
}

struct Tell {
  HistoryFacts facts;

  void operator()(const char* name, const std::string& value) { facts[name] = value; }
  void operator()(const char* name, bool value) { facts[name] = value ? "true" : "false"; }
  void operator()(const char* name, std::integral auto value) {
    facts[name] = fmt::format("{}", value);
  }
  void operator()(const char* name, const std::optional<Instant>& value) {
    if (value) (*this)(name, since_start(*value).count());
  }
};

struct Learn {
  const HistoryFacts& facts;
  bool sound = true;

  void operator()(const char* name, std::string& value) {
    if (const auto found = facts.find(name); found != facts.end()) value = found->second;
  }
  void operator()(const char* name, bool& value) {
    const auto found = facts.find(name);
    if (found == facts.end()) return;
    sound = sound && (found->second == "true" || found->second == "false");
    value = found->second == "true";
  }
  void operator()(const char* name, std::integral auto& value) {
    const auto found = facts.find(name);
    if (found == facts.end()) return;
    const char* const end = found->second.data() + found->second.size();
    const auto [stopped, error] = std::from_chars(found->second.data(), end, value);
    sound = sound && error == std::errc() && stopped == end;
  }
  void operator()(const char* name, std::optional<Instant>& value) {
    if (facts.count(name) == 0) return;
    std::int64_t nanos = 0;
    (*this)(name, nanos);
    value = Instant(Duration(nanos));
  }
};

template <class Told>
HistoryFacts told(const Told& about) {
  Tell tell;
  each_fact(tell, about);
  return tell.facts;
}

template <class Told>
bool learnt(const HistoryFacts& facts, Told& about) {
  Learn learn{facts};
  each_fact(learn, about);
  return learn.sound;
}

// Facts of their own, numbered from 1, so that older readers pass over them.
constexpr int kMostFaults = 1000;

std::string fault_fact(int number, std::string_view what) {
  return fmt::format("fault.{}.{}", number, what);
}

void tell_faults(const std::vector<HistoryFault>& faults, HistoryFacts& facts) {
  int number = 0;
  for (const HistoryFault& fault : faults) {
    if (++number > kMostFaults) return;
    facts[fault_fact(number, "kind")] = fault.kind;
    facts[fault_fact(number, "operation")] = fault.operation;
    if (fault.from == kNever) continue;
    facts[fault_fact(number, "from")] = fmt::format("{}", since_start(fault.from).count());
    facts[fault_fact(number, "until")] = fmt::format("{}", since_start(fault.until).count());
  }
}

bool learn_faults(const HistoryFacts& facts, std::vector<HistoryFault>& faults) {
  Learn learn{facts};
  for (int number = 1; number <= kMostFaults; ++number) {
    if (facts.count(fault_fact(number, "kind")) == 0) break;
    HistoryFault& fault = faults.emplace_back();
    std::optional<Instant> from, until;
    learn(fault_fact(number, "kind").c_str(), fault.kind);
    learn(fault_fact(number, "operation").c_str(), fault.operation);
    learn(fault_fact(number, "from").c_str(), from);
    learn(fault_fact(number, "until").c_str(), until);
    fault.from = from.value_or(kNever);
    fault.until = until.value_or(kNever);
    learn.sound = learn.sound && !fault.kind.empty() && is_fault_word(fault.kind) &&
                  is_fault_word(fault.operation) && from.has_value() == until.has_value() &&
                  fault.from <= fault.until;
  }
  return learn.sound;
}

}  // namespace

HistoryFacts to_facts(const HistoryAbout& about) { return told(about); }
HistoryFacts to_facts(const HistoryEnd& end) {
  HistoryFacts facts = told(end);
  tell_faults(end.faults, facts);
  return facts;
}
bool from_facts(const HistoryFacts& facts, HistoryAbout& about) { return learnt(facts, about); }
bool from_facts(const HistoryFacts& facts, HistoryEnd& end) {
  return learnt(facts, end) && learn_faults(facts, end.faults);
}

}  // namespace doorbuster
