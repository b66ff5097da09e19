#include "strategy/bulkhead.h"

namespace doorbuster {

Task<StockView> view_past_cache(Bulkhead* bulkhead, Database* database, StrategyFigures* figures,
                                ItemId item, Error cache_failed) {
  const auto place = bulkhead->enter();
  if (!place) {
    figures->count("database_reads_refused");
    co_return cache_failed;
  }
  figures->count("database_reads_past_cache");
  co_return co_await view_from_database(*database, item, Source::cache_missed);
}

}  // namespace doorbuster
