// Why an item's history is linearizable, in a form that can be checked without knowing how it was
// found: a point in time for each change of stock, and for each answer the state that it speaks of.
// refute() shares nothing with the judge (audit/linearizable_stock.cpp): it reads the operations
// and the certificate in one pass each. Pure.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "history/judged_history.h"

namespace doorbuster {

struct CertifiedChange {
  OperationId op = kNoOperation;
  std::int32_t after = 0;
  Instant point{};
};

struct StockCertificate {
  ItemId item{};
  std::int32_t initial = 0;
  std::int64_t first_version = 1;
  std::vector<CertifiedChange> changes;
  // A view or a refusal, and the number of changes before it; as `operations` of refute() are.
  std::vector<std::pair<OperationId, std::uint32_t>> answers;
};

// "" where the certificate proves that the item's operations, given as positions in the history,
// are linearizable; else what is wrong.
std::string refute(const StockCertificate& certificate, const JudgedHistory& history,
                   std::span<const std::uint32_t> operations);

}  // namespace doorbuster
