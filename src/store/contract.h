// The contract suites of Cache and Database, for tests only: they run on the simulated stores
// always, and on the real ones in redis/ and postgres/. A room brings a bench and one line:
//
//   INSTANTIATE_TYPED_TEST_SUITE_P(Redis, CacheContract, RedisBench, ContractName);
//
// which gives tests named Redis/CacheContract/OnServers.X for a bench whose kName is "OnServers".
// Concepts of the benches: store/cache_contract.h and store/database_contract.h,
// which the other contracts of the database take too.
#pragma once

#include "store/batch_contract.h"        // IWYU pragma: export
#include "store/cache_contract.h"        // IWYU pragma: export
#include "store/catalogue_contract.h"    // IWYU pragma: export
#include "store/database_contract.h"     // IWYU pragma: export
#include "store/gate_contract.h"         // IWYU pragma: export
#include "store/gate_log_contract.h"     // IWYU pragma: export
#include "store/hold_contract.h"         // IWYU pragma: export
#include "store/layout_contract.h"       // IWYU pragma: export
#include "store/order_contract.h"        // IWYU pragma: export
#include "store/queue_contract.h"        // IWYU pragma: export
#include "store/stock_log_contract.h"    // IWYU pragma: export
#include "store/transaction_contract.h"  // IWYU pragma: export
