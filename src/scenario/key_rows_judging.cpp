// What is written down of a trial, what troubles it, and what it is held against.
#include "scenario/key_rows.h"

namespace doorbuster {
namespace {

using K = KeyKind;

// What a [[trouble]] and a [[fault]] both say of the operations that they strike.
constexpr KeyRow moment_row(std::string_view name) {
  return {.name = name,
          .kind = K::word,
          .standard = R"("before")",
          .words = "before|after",
          .belongs = "delay, cut, die",
          .meaning = "before the operation happens, or after it happened"};
}

constexpr KeyRow struck_share_row(std::string_view name, std::string_view belongs) {
  return {.name = name,
          .kind = K::share,
          .standard = "1",
          .low = 0,
          .high = 1,
          .belongs = belongs,
          .meaning = "of the operations, drawn for each"};
}

constexpr KeyRow trouble_time_row(std::string_view name) {
  return {.name = name,
          .kind = K::duration,
          .absent = "100ms; of delay required",
          .low = 0,
          .high = kDay,
          .belongs = "delay, lose_request, lose_reply",
          .meaning = "of the pause; of a loss, from asking until the client gives up"};
}

constexpr KeyRow trouble_jitter_row(std::string_view name) {
  return {.name = name,
          .kind = K::duration,
          .standard = R"("0s")",
          .low = 0,
          .high = kDay,
          .belongs = "delay",
          .meaning = "added to time, uniform from 0 to it"};
}

constexpr KeyRow struck_strategies_row(std::string_view name) {
  return {
      .name = name, .kind = K::names, .absent = "all", .meaning = "which strategies it strikes"};
}

constexpr KeyRow kJudgingRows[] = {
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
    moment_row("trouble.at"),
    struck_share_row("trouble.share", ""),
    trouble_time_row("trouble.time"),
    trouble_jitter_row("trouble.jitter"),
    struck_strategies_row("trouble.strategies"),

    {.name = "fault.kind",
     .kind = K::word,
     .absent = "required",
     .words = "delay|lose_request|lose_reply|cut|die|redis_restart|redis_stall|postgres_restart|"
              "postgres_stall|pool_freeze",
     .meaning = "in [[fault]]: the first five as of trouble, for a time; pool_freeze: no "
                "connection to PostgreSQL is handed out, so that who needs one waits; the others "
                "happen to a throwaway server: it is ended and started again, or it stands still"},
    {.name = "fault.at",
     .kind = K::text,
     .absent = "required",
     .meaning = "when it begins: a time since T0 (the opening; with flash, the end of the quiet "
                "time), such as \"3s\"; or \"half_sold\": when half of the units are"},
    {.name = "fault.for",
     .kind = K::duration,
     .absent = "required",
     .low = 0.001,
     .high = kDay,
     .meaning = "how long it lasts; of a restart, how long the server is away before it starts"},
    {.name = "fault.operation",
     .kind = K::text,
     .absent = "required",
     .belongs = "delay, lose_request, lose_reply, cut, die",
     .meaning = "what it strikes, as of trouble"},
    moment_row("fault.when"),
    struck_share_row("fault.share", "delay, lose_request, lose_reply, cut, die"),
    trouble_time_row("fault.time"),
    trouble_jitter_row("fault.jitter"),
    {.name = "fault.keeps",
     .kind = K::word,
     .standard = R"("nothing")",
     .words = "nothing|snapshot",
     .belongs = "redis_restart",
     .meaning = "what Redis comes back with; snapshot: what it held when the doors opened"},
    {.name = "fault.mode",
     .kind = K::word,
     .standard = R"("immediate")",
     .words = "fast|immediate",
     .belongs = "postgres_restart",
     .meaning = "how PostgreSQL ends: fast, with a checkpoint; immediate, as in a crash"},
    struck_strategies_row("fault.strategies"),

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

std::span<const KeyRow> judging_keys() { return kJudgingRows; }

}  // namespace doorbuster
