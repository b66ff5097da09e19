#include "redis/scripts.h"

namespace doorbuster {
namespace {

// CMake wraps each script into a raw string literal (doorbuster_embed_scripts).
constexpr std::array<std::string_view, kScripts> kTexts = {
#include "redis/scripts/lease_get.inc"
    ,
#include "redis/scripts/lease_set.inc"
    ,
#include "redis/scripts/fill_if_newer.inc"
    ,
#include "redis/scripts/acquire_lock.inc"
    ,
#include "redis/scripts/release_lock.inc"
    ,
#include "redis/scripts/load_gate.inc"
    ,
#include "redis/scripts/reserve.inc"
    ,
#include "redis/scripts/settle_reservation.inc"
    ,
#include "redis/scripts/release_reservation.inc"
    ,
#include "redis/scripts/next_overdue.inc"
    ,
#include "redis/scripts/get_aging.inc"
    ,
#include "redis/scripts/claim_order.inc"
    ,
#include "redis/scripts/count_units.inc"
    ,
#include "redis/scripts/uncount_units.inc"
    ,
#include "redis/scripts/read_gate.inc"
    ,
#include "redis/scripts/read_queue.inc"
    ,
#include "redis/scripts/finish_queued.inc"
};

}  // namespace

std::string_view text_of(Script script) { return kTexts[static_cast<std::size_t>(script)]; }

}  // namespace doorbuster
