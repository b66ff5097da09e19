// For tests: a folder of the test's own, operations as a shop gives them, and a whole small
// history. Tests only.
#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "base/random.h"
#include "history/history_file.h"
#include "history/history_writer.h"
#include "history/operation_stream.h"

namespace doorbuster {

inline std::string bytes_of(const std::filesystem::path& path) {
  std::ostringstream bytes;
  bytes << std::ifstream(path, std::ios::binary).rdbuf();
  return bytes.str();
}

// Of the kind that `random` draws, started about `i` microseconds after the doors opened.
inline Operation random_operation(Random& random, std::int64_t i) {
  Operation operation;
  operation.op = OperationId{static_cast<std::uint32_t>(i)};
  operation.buyer = BuyerId{static_cast<std::int64_t>(random.below(1000))};
  operation.item = ItemId{static_cast<std::int32_t>(1 + random.below(3))};
  operation.scheduled = kRunStart + i * 1us;
  operation.started = operation.scheduled + Duration(random.below(100'000));
  operation.finished = operation.started + Duration(random.below(5'000'000));
  operation.kind = static_cast<OperationKind>(random.below(3));
  operation.outcome = static_cast<Answer>(random.below(5));
  if (operation.outcome == Answer::unknown) operation.finished = kNever;
  operation.key = OrderKey{i};
  operation.quantity = static_cast<std::int32_t>(1 + random.below(4));
  operation.attempt = static_cast<std::uint8_t>(1 + random.below(3));
  operation.source = static_cast<AnswerSource>(random.below(4));
  if (random.chance(0.5)) operation.value = static_cast<std::int32_t>(random.below(100)) - 20;
  if (random.chance(0.5)) operation.version = static_cast<std::int32_t>(random.below(100));
  return operation;
}

inline std::vector<Operation> random_operations(std::uint64_t seed, int count) {
  Random random(seed);
  std::vector<Operation> operations;
  for (int i = 0; i < count; ++i) operations.push_back(random_operation(random, i));
  return operations;
}

inline std::vector<Operation> in_order_of_start(std::vector<Operation> operations) {
  std::ranges::sort(operations, [](const Operation& a, const Operation& b) {
    return std::pair(a.started, a.op) < std::pair(b.started, b.op);
  });
  return operations;
}

// Of no history in particular; without operations.
inline JudgedHistory small_truth() {
  JudgedHistory truth;
  truth.items = {{ItemId{1}, 10, 7, 7, 2}, {ItemId{2}, 5, -1, std::nullopt}};
  GateAccount gate{.left = 3, .settled = 4, .pending = {{}}, .sequence = 6};
  gate.pending[0].order = {.key = OrderKey{9}, .item = ItemId{1}, .quantity = 2};
  gate.pending[0].age = 1500ms;
  truth.items[0].gate = gate;
  truth.items[1].gate = GateAccount{};
  truth.orders = {{.order = 1,
                   .key = OrderKey{3},
                   .buyer = BuyerId{4},
                   .op = OperationId{3},
                   .item = ItemId{1},
                   .quantity = 2,
                   .version = 1},
                  {.order = 2, .buyer = BuyerId{5}, .item = ItemId{2}}};
  truth.stock_log = {{ItemId{1}, 1, 10, 8, OperationId{3}}, {ItemId{2}, 1, 5, -1, kNoOperation}};
  truth.last_return = kRunStart + 45ns;
  truth.last_gate_return = kNever;
  truth.gate_log = {{OrderKey{3}, kRunStart + 1ms, kRunStart + 2ms, ItemId{1}, 1, 10, 8},
                    {OrderKey{9}, kRunStart + 2ms, kRunStart + 4ms, ItemId{1}, 3, 6, 4}};
  return truth;
}

inline void expect_same_truth(const JudgedHistory& truth, const JudgedHistory& expected) {
  EXPECT_EQ(truth.items, expected.items);
  EXPECT_EQ(truth.orders, expected.orders);
  EXPECT_EQ(truth.stock_log, expected.stock_log);
  EXPECT_EQ(truth.gate_log, expected.gate_log);
  EXPECT_EQ(truth.cache_read, expected.cache_read);
  EXPECT_EQ(truth.last_return, expected.last_return);
  EXPECT_EQ(truth.last_gate_return, expected.last_gate_return);
}

inline HistoryAbout small_about() {
  return {.scenario = "flash-sale",
          .strategy = "cache-aside",
          .run = "20261127T010203Z-flash-sale-abcdef",
          .started_at = "2026-11-27T01:02:03Z",
          .program = "doorbuster 0.1.0",
          .repetition = 2,
          .seed = 18'446'744'073'709'551'615U};
}

class HistoryTest : public testing::Test {
 protected:
  HistoryTest()
      : folder_(std::filesystem::path(testing::TempDir()) /
                fmt::format("doorbuster-history-{:x}", entropy())) {
    std::filesystem::create_directories(folder_);
  }
  ~HistoryTest() override {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }

  std::filesystem::path path(const std::string& name = "trial.dbh") const { return folder_ / name; }

  void put(const std::string& bytes, const std::string& name = "trial.dbh") const {
    std::ofstream(path(name), std::ios::binary) << bytes;
  }

  std::unique_ptr<HistoryWriter> writer(int shards = 1, const HistoryLimits& limits = {}) const {
    auto opened = HistoryWriter::open(path(), small_about(), shards, limits);
    CHECK(opened.ok(), "{}", opened.error().message());
    return *std::move(opened);
  }

  // Writes a whole history, operation i by shard i mod `shards`.
  HistoryReport write(const std::vector<Operation>& operations, int shards = 1) const {
    const auto writing = writer(shards);
    for (std::size_t i = 0; i < operations.size(); ++i) {
      writing->shard(static_cast<int>(i % static_cast<std::size_t>(shards))).record(operations[i]);
    }
    const JudgedHistory truth = small_truth();
    return writing->finish(&truth, faults_);
  }

  HistoryFile opened(const std::string& name = "trial.dbh") const {
    auto file = HistoryFile::open(path(name));
    CHECK(file.ok(), "{}", file.error().message());
    return *std::move(file);
  }

  static std::vector<Operation> all_of(const HistoryFile& file) {
    std::vector<Operation> all;
    OperationStream stream(file);
    while (const Operation* operation = stream.next()) all.push_back(*operation);
    EXPECT_FALSE(stream.error()) << stream.error()->message();
    return all;
  }

  std::filesystem::path folder_;
  std::vector<HistoryFault> faults_;  // of what write() writes
};

}  // namespace doorbuster
