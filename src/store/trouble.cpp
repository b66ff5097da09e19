#include "store/trouble.h"

#include <fmt/format.h>

namespace doorbuster {
namespace {

template <class Operation, std::size_t... kIndex>
void add_names(std::vector<std::string>& names, std::index_sequence<kIndex...>) {
  (names.emplace_back(std::variant_alternative_t<kIndex, Operation>::kName), ...);
}

template <class Operation>
void add_names(std::vector<std::string>& names) {
  add_names<Operation>(names, std::make_index_sequence<std::variant_size_v<Operation>>());
}

}  // namespace

bool TroubleRule::matches(Store store, std::string_view name) const {
  return operation == "any" || operation == to_string(store) || operation == name;
}

std::vector<std::string> operation_names() {
  std::vector<std::string> names;
  add_names<CacheOperation>(names);
  add_names<DatabaseOperation>(names);
  return names;
}

Error unanswered(Store store, Cause cause, Access access, std::string_view name) {
  const bool changed_nothing = access == Access::read;
  return Error(store, cause, changed_nothing, "",
               fmt::format("{}: {}, as the scenario's trouble has it", name, to_string(cause)));
}

}  // namespace doorbuster
