// Writes the history of one trial while it happens, history/<trial>.dbh: the shards record, a
// thread of this class writes, and nobody waits for the disk.
//
//   auto writer = HistoryWriter::open(path, about, shards, limits);  // before the doors open
//   ShardLog& log = (*writer)->shard(k);
//   log.record(operation);                                    // on the thread of shard k
//   const HistoryReport report = (*writer)->finish(&truth);   // after all shards came to rest
//
// The file stands under its own name from the start, so that a killed run leaves all that was
// written at least `flush_every` before; only a finished one has its end block. A trial that lost
// records, or has a trouble, is degraded. Not to be used from several threads, shard() excepted.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "history/about.h"
#include "history/judged_history.h"
#include "history/shard_log.h"

namespace doorbuster {

struct HistoryLimits {
  std::size_t memory = 32 << 20;         // bytes in the rings of all shards together
  bool views = true;                     // purchases are always recorded
  std::int64_t views_until = 256 << 20;  // bytes; beyond its part a shard leaves views out
  Duration flush_every = 1s;             // what is not a whole block is written so often
  bool waits = false;                    // for the disk: nothing is lost where time is simulated
};

struct HistoryReport {
  HistoryEnd end;                      // what is in the file and what is missing
  std::int64_t bytes = 0;              // of the file
  std::optional<std::string> trouble;  // why the file is not whole, in one sentence

  std::int64_t lost() const { return end.dropped + end.views_dropped; }
};

class HistoryWriter {
 public:
  // Makes the file, its folder too. REQUIRES: shards > 0
  static Result<std::unique_ptr<HistoryWriter>> open(const std::filesystem::path& path,
                                                     const HistoryAbout& about, int shards,
                                                     const HistoryLimits& limits);
  virtual ~HistoryWriter() = default;  // not finished: all is written but the truth and the end

  // Lives as long as this. REQUIRES: 0 <= shard < shards
  virtual ShardLog& shard(int shard) = 0;

  virtual std::filesystem::path folder() const = 0;  // of the file

  // Writes the rest, the truth (none where nobody could read it; its operations and faults are not
  // looked at), the run's faults and the end. Once; no record() happens during or after it.
  virtual HistoryReport finish(const JudgedHistory* truth,
                               const std::vector<HistoryFault>& faults) = 0;
  HistoryReport finish(const JudgedHistory* truth) { return finish(truth, {}); }
};

}  // namespace doorbuster
