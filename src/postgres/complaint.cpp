#include "postgres/complaint.h"

namespace doorbuster {

std::string_view complaint_of_postgres(std::string_view sqlstate) {
  if (sqlstate == "25006") {
    return "is read-only (25006: a standby, or default_transaction_read_only is on): name its "
           "primary";
  }
  if (sqlstate == "42501") {
    return "does not give this user the right (42501): grant him CREATE on the database";
  }
  if (sqlstate == "53100") return "has a full disk (53100): make room there";
  if (sqlstate == "53200") return "is out of memory (53200): give it more, or use a smaller pool";
  if (sqlstate == "53300") {
    return "has too few connections left (53300): use a smaller pool, or raise its max_connections";
  }
  return {};
}

}  // namespace doorbuster
