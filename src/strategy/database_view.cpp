#include "strategy/database_view.h"

namespace doorbuster {

Task<StockView> view_from_database(Database& database, ItemId item, Source source) {
  const auto stock = co_await database(ReadStock{item});
  if (!stock) co_return stock.error();
  if (!*stock) co_return StockView{{}, source, {}};
  co_return StockView{(*stock)->quantity, source, (*stock)->version};
}

}  // namespace doorbuster
