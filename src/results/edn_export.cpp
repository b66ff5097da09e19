#include <algorithm>
#include <cstdint>
#include <tuple>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/order.h"
#include "history/operation_stream.h"
#include "results/history_export.h"

namespace doorbuster {
namespace {

// Who acts, as Jepsen counts: a process does one thing at a time, and none after an answer that
// never came.
class Processes {
 public:
  std::int64_t begin(const Operation& operation) {
    const auto renamed = names_.find(operation.buyer);
    std::int64_t process = renamed == names_.end() ? number(operation.buyer) : renamed->second;
    const bool busy = busy_.contains(process);
    if (busy) process = next_++;
    if (operation.finished != kNever) {
      busy_.insert(process);
    } else if (!busy) {
      names_[operation.buyer] = next_++;
    }
    return process;
  }
  void end(std::int64_t process) { busy_.erase(process); }

 private:
  std::int64_t next_ = std::int64_t{1} << kBuyerBits;  // above every buyer's number
  std::unordered_map<BuyerId, std::int64_t> names_;
  std::unordered_set<std::int64_t> busy_;
};

struct Completion {
  Operation operation;
  std::int64_t process = 0;
};

// For a heap, the earliest on top.
bool later(const Completion& a, const Completion& b) {
  return std::tuple(a.operation.finished, a.operation.op) >
         std::tuple(b.operation.finished, b.operation.op);
}

class EdnWriter {
 public:
  EdnWriter(TextOutput& output, const std::vector<HistoryFault>& faults) : output_(output) {
    for (const HistoryFault& fault : faults) {
      if (fault.from == kNever) continue;
      turns_.push_back({fault.from, &fault, "begin"});
      turns_.push_back({fault.until, &fault, "end"});
    }
    std::ranges::stable_sort(turns_, {}, &Turn::at);
  }

  // In order of their starts.
  void add(const Operation& operation) {
    // Equal times are concurrent: who ends when another begins, ends after that.
    go_on_to(operation.started);
    const std::int64_t process = processes_.begin(operation);
    event(operation, process, "invoke", operation.started);
    if (operation.finished == kNever) {
      event(operation, process, "info", operation.started);
      return;
    }
    in_flight_.push_back({operation, process});
    std::ranges::push_heap(in_flight_, later);
  }

  // Completes all that ended before that time, and tells what became of the faults meanwhile.
  void go_on_to(Instant time) {
    for (; next_turn_ < turns_.size() && turns_[next_turn_].at <= time; ++next_turn_) {
      const Turn& turn = turns_[next_turn_];
      end_before(turn.at);
      output_.add(
          "{{:index {}, :process :nemesis, :type :info, :f :{}, :time {}, :value {{:phase :{}",
          index_++, turn.fault->kind, since_start(turn.at).count(), turn.phase);
      if (!turn.fault->operation.empty()) output_.add(", :operation :{}", turn.fault->operation);
      output_.add("}}}}\n");
    }
    end_before(time);
  }

 private:
  struct Turn {
    Instant at;
    const HistoryFault* fault = nullptr;
    std::string_view phase;
  };

  // Completes all that ended before that time.
  void end_before(Instant time) {
    while (!in_flight_.empty() && in_flight_.front().operation.finished < time) {
      std::ranges::pop_heap(in_flight_, later);
      const Completion& next = in_flight_.back();
      const bool ok = next.operation.outcome == Answer::ok;
      event(next.operation, next.process, ok ? "ok" : "fail", next.operation.finished);
      processes_.end(next.process);
      in_flight_.pop_back();
    }
  }

  void event(const Operation& operation, std::int64_t process, std::string_view type,
             Instant time) {
    output_.add("{{:index {}, :process {}, :type :{}, :f :{}, :time {}", index_++, process, type,
                to_string(operation.kind), since_start(time).count());
    output_.add(", :value {{:op {}, :item {}, :quantity {}", number(operation.op),
                number(operation.item), operation.quantity);
    if (operation.key != kNoKey) output_.add(", :key {}", number(operation.key));
    if (type != "invoke") answer(operation);
    output_.add("}}");
    if (type == "fail") output_.add(", :error :{}", to_string(operation.outcome));
    output_.add("}}\n");
  }

  void answer(const Operation& operation) {
    if (operation.value != kNoStock) output_.add(", :stock {}", operation.value);
    if (operation.version != kNoVersion) output_.add(", :version {}", operation.version);
    if (operation.source != AnswerSource::unnamed) {
      output_.add(", :source :{}", to_string(operation.source));
    }
  }

  TextOutput& output_;
  std::vector<Turn> turns_;
  std::size_t next_turn_ = 0;
  Processes processes_;
  std::vector<Completion> in_flight_;  // a heap
  std::int64_t index_ = 0;
};

}  // namespace

Result<Done> export_edn(const HistoryFile& history, TextOutput& output) {
  const auto faults = history.end() ? history.end()->faults : std::vector<HistoryFault>();
  EdnWriter writer(output, faults);
  OperationStream stream(history);
  while (const Operation* operation = stream.next()) writer.add(*operation);
  if (stream.error()) return *stream.error();
  writer.go_on_to(kNever);
  return output.finish();
}

}  // namespace doorbuster
