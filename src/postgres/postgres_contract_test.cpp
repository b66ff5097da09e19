#include "postgres/test_shop.h"
#include "store/batch_contract.h"
#include "store/catalogue_contract.h"
#include "store/hold_contract.h"
#include "store/layout_contract.h"
#include "store/stock_log_contract.h"
#include "store/transaction_contract.h"

namespace doorbuster {
namespace {

template <bool kPipeline, bool kOnlyLibpq = false>
class PostgresBench {
 public:
  static constexpr const char* kName = "OnServers";
  static constexpr int kClients = 2;

  PostgresBench() {
    PostgresOptions options = shop_.options(4);
    options.pipeline = kPipeline;
    options.depth = kPipeline ? 8 : 1;
    options.only_libpq = kOnlyLibpq;
    for (int i = 0; i < kClients; ++i) databases_.push_back(shop_.connect(options));
  }
  Database& database(int client) { return *databases_[static_cast<std::size_t>(client)]; }
  Database& impatient() {
    PostgresOptions options = shop_.options(2);
    options.timeout = 300ms;
    if (impatient_ == nullptr) impatient_ = shop_.connect(options);
    return *impatient_;
  }
  void stock(const Stocking& stocking) { shop_.stock(stocking); }
  GroundTruth truth() { return shop_.truth(); }
  void run(std::vector<Task<Done>> tasks) { shop_.run(std::move(tasks)); }

 private:
  TestShop shop_;
  std::vector<std::unique_ptr<PostgresDatabase>> databases_;
  std::unique_ptr<PostgresDatabase> impatient_;
};

// As where the connection is encrypted.
using LibpqBench = PostgresBench<false, true>;
using LibpqPipelineBench = PostgresBench<true, true>;

INSTANTIATE_TYPED_TEST_SUITE_P(Postgres, DatabaseContract, PostgresBench<false>, ContractName);
INSTANTIATE_TYPED_TEST_SUITE_P(PostgresPipeline, DatabaseContract, PostgresBench<true>,
                               ContractName);
INSTANTIATE_TYPED_TEST_SUITE_P(Libpq, DatabaseContract, LibpqBench, ContractName);
INSTANTIATE_TYPED_TEST_SUITE_P(LibpqPipeline, DatabaseContract, LibpqPipelineBench, ContractName);
INSTANTIATE_TYPED_TEST_SUITE_P(Libpq, TransactionContract, LibpqBench, ContractName);
INSTANTIATE_TYPED_TEST_SUITE_P(Postgres, CatalogueContract, PostgresBench<false>, ContractName);
INSTANTIATE_TYPED_TEST_SUITE_P(PostgresPipeline, CatalogueContract, PostgresBench<true>,
                               ContractName);
INSTANTIATE_TYPED_TEST_SUITE_P(Postgres, LayoutContract, PostgresBench<false>, ContractName);
INSTANTIATE_TYPED_TEST_SUITE_P(PostgresPipeline, LayoutContract, PostgresBench<true>, ContractName);
INSTANTIATE_TYPED_TEST_SUITE_P(Postgres, HoldContract, PostgresBench<false>, ContractName);
INSTANTIATE_TYPED_TEST_SUITE_P(Postgres, BatchContract, PostgresBench<false>, ContractName);
INSTANTIATE_TYPED_TEST_SUITE_P(PostgresPipeline, BatchContract, PostgresBench<true>, ContractName);
INSTANTIATE_TYPED_TEST_SUITE_P(PostgresPipeline, HoldContract, PostgresBench<true>, ContractName);
INSTANTIATE_TYPED_TEST_SUITE_P(Postgres, StockLogContract, PostgresBench<false>, ContractName);
INSTANTIATE_TYPED_TEST_SUITE_P(Postgres, TransactionContract, PostgresBench<false>, ContractName);

}  // namespace
}  // namespace doorbuster
