// Mistakes in what a scenario lets go wrong on purpose, with the sentence that tells each.
#include <gtest/gtest.h>

#include "scenario/mistakes_testing.h"

namespace doorbuster {
namespace {

TEST(Problems, TellATroubleThatCannotBe) {
  const std::string on = "[[trouble]]\noperation = \"get\"\nkind = ";
  expect_all({
      {"[[trouble]]\nkind = \"cut\"",
       "2: trouble[1].operation is missing, such as \"take_if_available\""},
      {"[[trouble]]\noperation = \"get\"", "2: trouble[1].kind is missing"},
      {"[[trouble]]\noperation = \"gett\"\nkind = \"cut\"",
       "3: trouble[1].operation = \"gett\": unknown operation; did you mean get?"},
      {"[[trouble]]\noperation = \"postgre\"\nkind = \"cut\"",
       "3: trouble[1].operation = \"postgre\": unknown operation; did you mean postgres?"},
      {"[[trouble]]\noperation = \"zebra\"\nkind = \"cut\"",
       "3: trouble[1].operation = \"zebra\": unknown operation; known are get, "
       "take_if_available, redis, postgres, any"},
      {on + "\"dye\"\ntime = \"1s\"",
       "4: trouble[1].kind = \"dye\": one of delay, lose_request, lose_reply, cut, die is needed; "
       "did you mean die?"},
      {on + "\"delay\"", "2: trouble[1].time is missing: how long the delay is"},
      {on + "\"cut\"\nshare = 1.5", "5: trouble[1].share = 1.5: a share from 0 to 1 is needed"},
      {on + "\"cut\"\ntime = \"1s\"",
       "5: trouble[1].time = \"1s\": it has no effect here; it belongs to delay, lose_request, "
       "lose_reply"},
      {on + "\"lose_reply\"\nat = \"after\"",
       "5: trouble[1].at = \"after\": it has no effect here; it belongs to delay, cut, die"},
      {on + "\"lose_request\"\njitter = \"1s\"",
       "5: trouble[1].jitter = \"1s\": it has no effect here; it belongs to delay"},
      {on + "\"delay\"\ntime = \"-1s\"", "5: trouble[1].time = \"-1s\": at least 0s is needed"},
      {on + "\"die\"\nat = \"during\"",
       "5: trouble[1].at = \"during\": one of before, after is needed"},
      {on + "\"cut\"\nstrategies = [\"cache-asides\"]",
       "5: trouble[1].strategies = [\"cache-asides\"]: unknown strategy cache-asides; did you mean "
       "cache-aside?"},
      {"[trouble]\nkind = \"cut\"", "2: trouble: a list is needed: [[trouble]]"},
  });
}

TEST(Problems, TellAFaultThatCannotBe) {
  const std::string stall = "[[fault]]\nkind = \"redis_stall\"\n";
  const std::string cut =
      "[[fault]]\nat = \"1s\"\nfor = \"1s\"\noperation = \"get\"\nkind = \"cut\"\n";
  const std::string restart = "[[fault]]\nat = \"1s\"\nfor = \"1s\"\nkind = \"redis_restart\"\n";
  expect_all({
      {stall + "for = \"1s\"",
       "2: fault[1].at is missing: a time since T0, such as \"3s\", or \"half_sold\""},
      {stall + "at = \"1s\"", "2: fault[1].for is missing: how long the fault lasts"},
      {"[[fault]]\nat = \"1s\"\nfor = \"1s\"\noperation = \"get\"", "2: fault[1].kind is missing"},
      {"[[fault]]\nat = \"1s\"\nfor = \"1s\"\nkind = \"redis_stal\"\nmode = \"x\"",
       "5: fault[1].kind = \"redis_stal\": one of delay, lose_request, lose_reply, cut, die, "
       "redis_restart, redis_stall, postgres_restart, postgres_stall, pool_freeze is needed; did "
       "you mean "
       "redis_stall?"},
      {stall + "for = \"1s\"\nat = \"-1s\"", "5: fault[1].at = \"-1s\": at least 0s is needed"},
      {stall + "for = \"1s\"\nat = \"soon\"",
       "5: fault[1].at = \"soon\": a time since T0, such as \"3s\", or \"half_sold\" is needed"},
      {stall + "for = \"1s\"\nat = 3", "5: fault[1].at = 3: a text in quotes is needed"},
      {stall + "for = \"1s\"\nat = \"10s\"",
       "5: fault[1].at = \"10s\": the load is over 10s after T0"},
      {stall + "at = \"1s\"\nfor = \"0s\"", "5: fault[1].for = \"0s\": at least 1ms is needed"},
      {cut + "keeps = \"nothing\"",
       "7: fault[1].keeps = \"nothing\": it has no effect here; it belongs to redis_restart"},
      {cut + "time = \"1s\"",
       "7: fault[1].time = \"1s\": it has no effect here; it belongs to delay, lose_request, "
       "lose_reply"},
      {restart + "operation = \"get\"",
       "6: fault[1].operation = \"get\": it has no effect here; it belongs to delay, lose_request, "
       "lose_reply, cut, die"},
      {restart + "mode = \"fast\"",
       "6: fault[1].mode = \"fast\": it has no effect here; it belongs to postgres_restart"},
      {restart + "keeps = \"all\"",
       "6: fault[1].keeps = \"all\": one of nothing, snapshot is needed"},
      {restart + "keeps = \"snapshot\"\n[stores]\ndurable = true",
       "6: fault[1].keeps = \"snapshot\": with stores.durable = true Redis keeps every write, no "
       "snapshot"},
      {restart + stall + "at = \"2s\"\nfor = \"1s\"",
       "8: fault[2].at = \"2s\": it may overlap with fault[1], of the same server"},
      {restart + stall + "at = \"half_sold\"\nfor = \"1s\"",
       "8: fault[2].at = \"half_sold\": it may overlap with fault[1], of the same server"},
      {"[[fault]]\nat = \"1s\"\nfor = \"1s\"\nkind = \"cut\"",
       "2: fault[1].operation is missing, such as \"take_if_available\""},
      {cut + "strategies = [\"cache-asides\"]",
       "7: fault[1].strategies = [\"cache-asides\"]: unknown strategy cache-asides; did you mean "
       "cache-aside?"},
  });
}

}  // namespace
}  // namespace doorbuster
