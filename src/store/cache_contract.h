// What every Cache must do, as a GoogleTest suite over a bench. Tests only; see store/contract.h.
//
//   struct Bench {
//     static constexpr const char* kName = "OnServers";   // or "Simulated"
//     Bench();                                            // the cache is empty
//     Cache& cache();
//     void run(std::vector<Task<Done>> tasks);            // all at once, until all have ended
//     void pass_time(Duration);                           // on the cache's clock
//   };
#pragma once

#include <gtest/gtest.h>

#include "store/cache.h"
#include "store/contract_support.h"

namespace doorbuster {

template <class Bench>
class CacheContract : public testing::Test {
 protected:
  static constexpr Key kPlain{KeyFamily::inventory, ItemId{1}};
  static constexpr Key kLeased{KeyFamily::leased, ItemId{1}};
  static constexpr Key kVersioned{KeyFamily::versioned, ItemId{1}};
  static constexpr Duration kShort = 100ms;      // a TTL or a lease that will run out
  static constexpr Duration kPastShort = 250ms;  // by then it has, on any machine
  static constexpr Duration kLong = 60s;         // one that will not
  using State = LeaseGet::State;

  template <class Op>
  typename Op::Reply ask(Op op) {
    auto reply = ask_one(bench_, bench_.cache(), op);
    CHECK(reply.ok(), "{}: {}", Op::kName, reply.error().message());
    return *std::move(reply);
  }
  std::optional<Quantity> get() { return ask(Get{kPlain}); }
  State lease(std::int64_t token, Duration lasting = kLong) {
    return ask(LeaseGet{kLeased, token, lasting}).state;
  }
  bool fill(std::int64_t token, Quantity value, Duration ttl = kLong) {
    return ask(LeaseSet{kLeased, token, value, ttl}).filled;
  }
  bool fill_version(Version version, Quantity value, Duration ttl = kLong) {
    return ask(FillIfNewer{kVersioned, Stock{value, version}, ttl}).filled;
  }

  Bench bench_;
};
TYPED_TEST_SUITE_P(CacheContract);

TYPED_TEST_P(CacheContract, GetOfAKeyThatNobodySetIsAMiss) { EXPECT_EQ(this->get(), std::nullopt); }

TYPED_TEST_P(CacheContract, GetGivesWhatWasSetNegativeOrZeroToo) {
  for (const Quantity value : {Quantity{500}, Quantity{0}, Quantity{-3}}) {
    this->ask(SetExpiring{this->kPlain, value, this->kLong});
    EXPECT_EQ(this->get(), value);
  }
}

TYPED_TEST_P(CacheContract, KeysOfOtherItemsAndFamiliesAreOthers) {
  this->ask(SetExpiring{this->kPlain, 5, this->kLong});
  EXPECT_EQ(this->ask(Get{Key{KeyFamily::inventory, ItemId{2}}}), std::nullopt);
  EXPECT_EQ(this->ask(LeasePeek{this->kLeased}), std::nullopt);
  EXPECT_EQ(this->ask(GetVersioned{this->kVersioned}), std::nullopt);
}

TYPED_TEST_P(CacheContract, AValueIsGoneAfterItsTtl) {
  this->ask(SetExpiring{this->kPlain, 5, this->kShort});
  EXPECT_EQ(this->get(), 5);
  this->bench_.pass_time(this->kPastShort);
  EXPECT_EQ(this->get(), std::nullopt);
}

TYPED_TEST_P(CacheContract, ASecondSetReplacesTheTtlOfTheFirst) {
  this->ask(SetExpiring{this->kPlain, 5, this->kShort});
  this->ask(SetExpiring{this->kPlain, 6, this->kLong});
  this->bench_.pass_time(this->kPastShort);
  EXPECT_EQ(this->get(), 6);
}

TYPED_TEST_P(CacheContract, ADeletedKeyIsAMissAndDeletingNothingIsDone) {
  this->ask(SetExpiring{this->kPlain, 5, this->kLong});
  this->ask(Delete{this->kPlain});
  EXPECT_EQ(this->get(), std::nullopt);
  this->ask(Delete{this->kPlain});
}

TYPED_TEST_P(CacheContract, DecrementGivesTheValueAfterAndKeepsTheTtl) {
  this->ask(SetExpiring{this->kPlain, 5, this->kShort});
  EXPECT_EQ(this->ask(Decrement{this->kPlain, 2}).after, 3);
  EXPECT_EQ(this->get(), 3);
  this->bench_.pass_time(this->kPastShort);
  EXPECT_EQ(this->get(), std::nullopt);
}

TYPED_TEST_P(CacheContract, DecrementOfAMissingKeyCountsFromZeroAndLeavesNoTtl) {
  EXPECT_EQ(this->ask(Decrement{this->kPlain, 2}).after, -2);
  this->bench_.pass_time(this->kPastShort);
  EXPECT_EQ(this->get(), -2);
}

TYPED_TEST_P(CacheContract, DecrementAfterTheTtlCountsFromZeroAndLeavesNoTtl) {
  this->ask(SetExpiring{this->kPlain, 5, this->kShort});
  this->bench_.pass_time(this->kPastShort);
  EXPECT_EQ(this->ask(Decrement{this->kPlain, 1}).after, -1);
  this->bench_.pass_time(this->kPastShort);
  EXPECT_EQ(this->get(), -1);
}

TYPED_TEST_P(CacheContract, DecrementsAtOnceAreAllCounted) {
  this->ask(SetExpiring{this->kPlain, 100, this->kLong});
  AtOnce<Decrement> decrements(40);
  for (int i = 0; i < 40; ++i) decrements.add(this->bench_.cache(), Decrement{this->kPlain, 1});
  decrements.run(this->bench_);
  EXPECT_EQ(this->get(), 60);
}

TYPED_TEST_P(CacheContract, ACommandOnTheWrongKindOfKeyIsADefiniteErrorOfTheServer) {
  ASSERT_EQ(this->lease(1), LeaseGet::State::granted);
  const auto reply = ask_one(this->bench_, this->bench_.cache(), Get{this->kLeased});
  ASSERT_FALSE(reply.ok());
  EXPECT_EQ(reply.error().store(), Store::redis);
  EXPECT_EQ(reply.error().cause(), Cause::refused_by_server);
  EXPECT_EQ(reply.error().code(), "WRONGTYPE");
  EXPECT_TRUE(reply.error().definite());
}

TYPED_TEST_P(CacheContract, ALeaseIsGrantedOnceAndTheOthersWait) {
  AtOnce<LeaseGet> asked(20);
  for (int i = 1; i <= 20; ++i) {
    asked.add(this->bench_.cache(), LeaseGet{this->kLeased, i, this->kLong});
  }
  asked.run(this->bench_);
  const auto is = [](LeaseGet::State state) {
    return [state](const Result<LeaseGet::Reply>& reply) { return reply->state == state; };
  };
  EXPECT_EQ(asked.count(is(LeaseGet::State::granted)), 1);
  EXPECT_EQ(asked.count(is(LeaseGet::State::wait)), 19);
}

TYPED_TEST_P(CacheContract, AFillUnderALeaseIsAHitForTheOthers) {
  ASSERT_EQ(this->lease(1), LeaseGet::State::granted);
  EXPECT_EQ(this->ask(LeasePeek{this->kLeased}), std::nullopt);
  EXPECT_TRUE(this->fill(1, 7));
  const auto hit = this->ask(LeaseGet{this->kLeased, 2, this->kLong});
  EXPECT_EQ(hit.state, LeaseGet::State::hit);
  EXPECT_EQ(hit.value, 7);
  EXPECT_EQ(this->ask(LeasePeek{this->kLeased}), 7);
}

TYPED_TEST_P(CacheContract, AFillWithoutALeaseIsRefused) {
  EXPECT_FALSE(this->fill(1, 7));
  ASSERT_EQ(this->lease(1), LeaseGet::State::granted);
  EXPECT_FALSE(this->fill(2, 7)) << "another's token";
  EXPECT_TRUE(this->fill(1, 7));
  EXPECT_FALSE(this->fill(1, 8)) << "the lease ended with the fill";
  EXPECT_EQ(this->ask(LeasePeek{this->kLeased}), 7);
}

TYPED_TEST_P(CacheContract, DeletingCancelsTheLeaseAndRefusesTheLateFill) {
  ASSERT_EQ(this->lease(1), LeaseGet::State::granted);
  this->ask(Delete{this->kLeased});
  EXPECT_FALSE(this->fill(1, 7));
  EXPECT_EQ(this->ask(LeasePeek{this->kLeased}), std::nullopt);
  EXPECT_EQ(this->lease(2), LeaseGet::State::granted);
  EXPECT_FALSE(this->fill(1, 7)) << "the lease is another's now";
  EXPECT_TRUE(this->fill(2, 6));
}

TYPED_TEST_P(CacheContract, ALeaseThatRanOutIsGrantedToTheNextAndRefusesTheLateFill) {
  ASSERT_EQ(this->lease(1, this->kShort), LeaseGet::State::granted);
  EXPECT_EQ(this->lease(2), LeaseGet::State::wait);
  this->bench_.pass_time(this->kPastShort);
  EXPECT_FALSE(this->fill(1, 7));
  EXPECT_EQ(this->lease(2), LeaseGet::State::granted);
  EXPECT_FALSE(this->fill(1, 7));
  EXPECT_TRUE(this->fill(2, 6));
}

TYPED_TEST_P(CacheContract, AFilledValueOutlivesTheLeaseAndEndsWithItsTtl) {
  ASSERT_EQ(this->lease(1, this->kShort), LeaseGet::State::granted);
  ASSERT_TRUE(this->fill(1, 7, this->kLong));
  this->bench_.pass_time(this->kPastShort);
  EXPECT_EQ(this->ask(LeasePeek{this->kLeased}), 7);

  this->ask(Delete{this->kLeased});
  ASSERT_EQ(this->lease(2, this->kLong), LeaseGet::State::granted);
  ASSERT_TRUE(this->fill(2, 6, this->kShort));
  this->bench_.pass_time(this->kPastShort);
  EXPECT_EQ(this->ask(LeasePeek{this->kLeased}), std::nullopt);
  EXPECT_EQ(this->lease(3), LeaseGet::State::granted);
}

TYPED_TEST_P(CacheContract, OnlyANewerVersionFillsAKeyThatIsThere) {
  EXPECT_TRUE(this->fill_version(2, 8));
  EXPECT_FALSE(this->fill_version(1, 9)) << "older";
  EXPECT_FALSE(this->fill_version(2, 7)) << "the same";
  EXPECT_EQ(this->ask(GetVersioned{this->kVersioned}), (Stock{8, 2}));
  EXPECT_TRUE(this->fill_version(10, 0)) << "newer, and compared as a number";
  EXPECT_FALSE(this->fill_version(9, 1));
  EXPECT_EQ(this->ask(GetVersioned{this->kVersioned}), (Stock{0, 10}));
}

TYPED_TEST_P(CacheContract, TheFirstFillMayHaveVersionZero) {
  EXPECT_TRUE(this->fill_version(0, 8));
  EXPECT_FALSE(this->fill_version(0, 9));
  EXPECT_EQ(this->ask(GetVersioned{this->kVersioned}), (Stock{8, 0}));
}

TYPED_TEST_P(CacheContract, AVersionIsForgottenWithItsEntry) {
  EXPECT_TRUE(this->fill_version(5, 8));
  this->ask(Delete{this->kVersioned});
  EXPECT_TRUE(this->fill_version(4, 9, this->kShort)) << "nothing is left to compare with";
  this->bench_.pass_time(this->kPastShort);
  EXPECT_EQ(this->ask(GetVersioned{this->kVersioned}), std::nullopt);
  EXPECT_TRUE(this->fill_version(3, 10));
}

TYPED_TEST_P(CacheContract, AFillReplacesTheTtl) {
  EXPECT_TRUE(this->fill_version(1, 8, this->kShort));
  EXPECT_TRUE(this->fill_version(2, 7, this->kLong));
  this->bench_.pass_time(this->kPastShort);
  EXPECT_EQ(this->ask(GetVersioned{this->kVersioned}), (Stock{7, 2}));
}

TYPED_TEST_P(CacheContract, OfFillsAtOnceTheNewestStays) {
  AtOnce<FillIfNewer> fills(30);
  for (int i = 1; i <= 30; ++i) {
    const Version version = i * 7 % 31;  // 1..30 in a mixed order
    fills.add(this->bench_.cache(),
              FillIfNewer{this->kVersioned, Stock{1000 - version, version}, this->kLong});
  }
  fills.run(this->bench_);
  EXPECT_EQ(this->ask(GetVersioned{this->kVersioned}), (Stock{970, 30}));
}

REGISTER_TYPED_TEST_SUITE_P(
    CacheContract, GetOfAKeyThatNobodySetIsAMiss, GetGivesWhatWasSetNegativeOrZeroToo,
    KeysOfOtherItemsAndFamiliesAreOthers, AValueIsGoneAfterItsTtl,
    ASecondSetReplacesTheTtlOfTheFirst, ADeletedKeyIsAMissAndDeletingNothingIsDone,
    DecrementGivesTheValueAfterAndKeepsTheTtl, DecrementOfAMissingKeyCountsFromZeroAndLeavesNoTtl,
    DecrementAfterTheTtlCountsFromZeroAndLeavesNoTtl, DecrementsAtOnceAreAllCounted,
    ACommandOnTheWrongKindOfKeyIsADefiniteErrorOfTheServer, ALeaseIsGrantedOnceAndTheOthersWait,
    AFillUnderALeaseIsAHitForTheOthers, AFillWithoutALeaseIsRefused,
    DeletingCancelsTheLeaseAndRefusesTheLateFill,
    ALeaseThatRanOutIsGrantedToTheNextAndRefusesTheLateFill,
    AFilledValueOutlivesTheLeaseAndEndsWithItsTtl, OnlyANewerVersionFillsAKeyThatIsThere,
    TheFirstFillMayHaveVersionZero, AVersionIsForgottenWithItsEntry, AFillReplacesTheTtl,
    OfFillsAtOnceTheNewestStays);

}  // namespace doorbuster
