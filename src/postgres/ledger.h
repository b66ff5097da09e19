// Ledger: the shop's books in PostgreSQL, before and after a load: it makes the schema, stocks the
// shop, waits until everything of the load is at rest, and reads what was truly sold. By libpqxx,
// and it blocks. One session for its lifetime, which also keeps a second doorbuster out of the same
// database; where it was lost, stock() and truth() are errors from then on. It touches the schema
// `doorbuster` and nothing else, and refuses one that it did not make. Errors are one sentence
// without a password. One thread at a time.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "history/ground_truth.h"
#include "store/stock.h"

namespace doorbuster {

struct PostgresFacts {
  std::string version;
  std::string started_at;  // of the server, in UTC: another after every start of it
  std::vector<std::pair<std::string, std::string>> settings;  // those that decide durability, speed
  double rtt_us = 0;                                          // median of a trivial statement
};

struct LedgerOptions {
  std::string url;        // URL or key=value words, as libpq takes them
  std::string load_name;  // PostgresOptions::application_name of the load
  Duration connect_within = 5s;
};

class Ledger {
 public:
  // Connects and makes the schema; one of ours that was left behind is made anew. Errors: nobody
  // answers, a refusal, a foreign schema of our name (left alone), another doorbuster at work.
  static Result<std::unique_ptr<Ledger>> open(LedgerOptions options);
  ~Ledger();
  Ledger(const Ledger&) = delete;
  Ledger& operator=(const Ledger&) = delete;

  // Empties the shop, stocks it, and reads it back: an error unless what stands there is what was
  // asked. REQUIRES: the load is at rest
  Result<Done> stock(const Stocking& stocking);

  // Waits until no session of the load has a transaction in flight, at most `patience`; then ends
  // the load's remaining sessions and waits until they are gone, at most `patience` again. After
  // that nothing of the load can commit any more. REQUIRES: the load sends nothing new; close its
  // connections first, or they are closed from here.
  Result<Done> quiesce(Duration patience);

  // The books: the items of `stocking`, and the confirmed orders of those items. `cached` is left
  // empty. REQUIRES: quiesce()
  Result<GroundTruth> truth(const Stocking& stocking);

  // A new session in place of the one that a restart of the server ended, with the shop as it is.
  // An error where another doorbuster was faster. REQUIRES: the server is this program's alone
  Result<Done> rejoin();

  Result<PostgresFacts> facts();

  // Removes the schema, unless it holds something that is not ours.
  Result<Done> drop();

 private:
  class Impl;
  explicit Ledger(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace doorbuster
