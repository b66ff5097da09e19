// What a picture of a witness shows, as a result holds it (audit/surroundings.h). Plain values.
#pragma once

#include <boost/describe/class.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace doorbuster {

struct ShownOperationResult {
  std::int64_t op = 0;
  bool accused = false;  // it is one of those that cannot both be
  std::int64_t buyer = 0;
  std::string kind;  // view, buy, release
  std::int64_t quantity = 1;
  std::string outcome;
  std::optional<std::int64_t> value, version;  // what it was shown, or left
  double started_s = 0;
  std::optional<double> finished_s;  // nothing: no answer came
};
BOOST_DESCRIBE_STRUCT(ShownOperationResult, (),
                      (op, accused, buyer, kind, quantity, outcome, value, version, started_s,
                       finished_s))

struct ShownChangeResult {
  std::int64_t version = 0;
  std::int64_t before = 0;
  std::int64_t after = 0;
  std::optional<std::int64_t> op;
};
BOOST_DESCRIBE_STRUCT(ShownChangeResult, (), (version, before, after, op))

// A fault of the run, where one went on meanwhile.
struct ShownFaultResult {
  std::string kind;
  std::string operation;
  double from_s = 0, until_s = 0;
};
BOOST_DESCRIBE_STRUCT(ShownFaultResult, (), (kind, operation, from_s, until_s))

struct SurroundingsResult {
  std::int64_t item = 0;
  double from_s = 0, to_s = 0;                   // of the accused
  std::vector<ShownOperationResult> operations;  // by start
  std::vector<ShownChangeResult> changes;        // of stock, the first between them
  std::int64_t more_changes = 0;
  std::optional<std::int64_t> last_version;  // of the last change of all
  std::vector<ShownFaultResult> faults = {};
};
BOOST_DESCRIBE_STRUCT(SurroundingsResult, (),
                      (item, from_s, to_s, operations, changes, more_changes, last_version, faults))

}  // namespace doorbuster
