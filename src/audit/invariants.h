// The judges, one a file: each looks at one promise of a shop, says whether it was kept, counts
// what was found against it in the unit that its figure in result.json has, and names one witness.
// Pure.
#pragma once

#include <fmt/format.h>

#include <string>

#include "audit/accounts.h"
#include "audit/audit.h"

namespace doorbuster {

Finding no_oversell(const Accounts& accounts);
Finding no_oversold_promise(const Accounts& accounts);
Finding no_undersell(const Accounts& accounts);
Finding no_lost_order(const Accounts& accounts);
Finding no_phantom_order(const Accounts& accounts);
Finding no_duplicate_order(const Accounts& accounts);
Finding conservation(const Accounts& accounts);
Finding no_negative_stock(const Accounts& accounts);
Finding cache_agrees_with_database(const Accounts& accounts);
Finding gate_agrees_with_database(const Accounts& accounts);
Finding no_leaked_units(const Accounts& accounts);

// "1 order", "12 orders".
inline std::string counted(std::int64_t n, std::string_view thing) {
  return fmt::format("{} {}{}", n, thing, n == 1 ? "" : "s");
}
inline std::string units(Quantity n) { return counted(n, "unit"); }

// What was found so far, with the first witness and how many others there were.
class Evidence {
 public:
  // `amount` > 0 of what the invariant counts; `witness` makes the sentence, for the first only.
  template <class Witness>
  void add(std::int64_t amount, Witness witness) {
    found_ += amount;
    if (cases_++ == 0) witness_ = witness();
  }

  // `thing` is what a case is: "item", "order".
  Finding finding(std::string_view thing) && {
    Finding finding;
    finding.verdict = cases_ == 0 ? Verdict::holds : Verdict::broken;
    finding.found = found_;
    finding.witness = std::move(witness_);
    if (cases_ > 1)
      finding.witness +=
          fmt::format(" (and {})", counted(cases_ - 1, fmt::format("more {}", thing)));
    return finding;
  }

 private:
  std::int64_t found_ = 0;
  std::int64_t cases_ = 0;
  std::string witness_;
};

}  // namespace doorbuster
