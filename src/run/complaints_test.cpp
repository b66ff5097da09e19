#include "run/complaints.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace doorbuster {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Error refused_with(Store store, const std::string& code) {
  return {store, Cause::refused_by_server, true, code, "as it says"};
}

TEST(Complaints, NameTheStoreThatIsInNoStateToServeAndWhatToDo) {
  ErrorCounts errors;
  for (int i = 0; i < 3; ++i) errors.add(refused_with(Store::redis, "OOM"));
  errors.add(refused_with(Store::postgres, "25006"));
  EXPECT_THAT(
      complaints_of(errors),
      ElementsAre("Redis refused 3 times: it is out of memory (OOM): raise its maxmemory, or give "
                  "it a maxmemory-policy that evicts",
                  "PostgreSQL refused 1 times: it is read-only (25006: a standby, or "
                  "default_transaction_read_only is on): name its primary"));
}

TEST(Complaints, SayNothingOfRefusalsThatAreTheBuyersAffair) {
  ErrorCounts errors;
  errors.add(refused_with(Store::redis, "ERR"));
  errors.add(refused_with(Store::postgres, "40001"));
  errors.add(refused_with(Store::postgres, "OOM"));
  errors.add(refused_with(Store::redis, "25006"));
  EXPECT_THAT(complaints_of(errors), IsEmpty());
}

}  // namespace
}  // namespace doorbuster
