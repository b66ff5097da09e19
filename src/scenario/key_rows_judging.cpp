// What is written down of a trial, what troubles it, and what it is held against.
#include "scenario/key_rows.h"

namespace doorbuster {
namespace {

using K = KeyKind;

constexpr double kDay = 86'400;

constexpr KeyRow kRows[] = {
    {.name = "history.views",
     .kind = K::flag,
     .standard = "true",
     .meaning = "keep views too in history/TRIAL.dbh; purchases are always kept"},
    {.name = "history.views_until",
     .kind = K::whole,
     .standard = "256",
     .low = 0,
     .high = 1e6,
     .unit = "MiB",
     .belongs = "views = true",
     .meaning = "size of the history from which on views are left out; --history: none"},
    {.name = "history.stock_log",
     .kind = K::flag,
     .standard = "false",
     .meaning = "a trigger logs every change of a stock row: the order of blind overwrites too"},

    {.name = "trouble.operation",
     .kind = K::text,
     .absent = "required",
     .meaning =
         "in [[trouble]]: what it strikes, such as \"take_if_available\"; redis, postgres: all "
         "of that store; any: all"},
    {.name = "trouble.kind",
     .kind = K::word,
     .absent = "required",
     .words = "delay|lose_request|lose_reply|cut|die",
     .meaning = "the client pauses; its request is lost; it happens, but its reply is lost; the "
                "connection ends; the client is never heard of again"},
    {.name = "trouble.at",
     .kind = K::word,
     .standard = R"("before")",
     .words = "before|after",
     .belongs = "delay, cut, die",
     .meaning = "before the operation happens, or after it happened"},
    {.name = "trouble.share",
     .kind = K::share,
     .standard = "1",
     .low = 0,
     .high = 1,
     .meaning = "of the operations, drawn for each"},
    {.name = "trouble.time",
     .kind = K::duration,
     .absent = "100ms; of delay required",
     .low = 0,
     .high = kDay,
     .belongs = "delay, lose_request, lose_reply",
     .meaning = "of the pause; of a loss, from asking until the client gives up"},
    {.name = "trouble.jitter",
     .kind = K::duration,
     .standard = R"("0s")",
     .low = 0,
     .high = kDay,
     .belongs = "delay",
     .meaning = "added to time, uniform from 0 to it"},
    {.name = "trouble.strategies",
     .kind = K::names,
     .absent = "all",
     .meaning = "which strategies it strikes"},

    {.name = "expect.NAME",
     .kind = K::word,
     .standard = R"("holds")",
     .words = "holds",
     .meaning = "strategy NAME is expected to hold every invariant"},
    {.name = "expect.NAME.INVARIANT",
     .kind = K::word,
     .standard = R"("holds")",
     .words = "holds|broken|undecided",
     .meaning = "what strategy NAME is expected to show of an invariant, or of a property of "
                "single answers"},

    {.name = "thresholds.expression",
     .kind = K::text,
     .absent = "required",
     .meaning = "in [[thresholds]]: metric, < <= > >= or ==, value with unit: \"buy.p99 < 50ms\""},
    {.name = "thresholds.strategies",
     .kind = K::names,
     .absent = "all",
     .meaning = "of which strategies it is asked"},
    {.name = "thresholds.abort",
     .kind = K::flag,
     .standard = "false",
     .meaning =
         "end the trial early when it no longer holds; checked each second; not of what only "
         "the audit tells (oversold_units, stale_share, view_age.p99 and their kin)"},
};

}  // namespace

std::span<const KeyRow> judging_keys() { return kRows; }

}  // namespace doorbuster
