// What is wrong with a certificate is found, whoever made it.
#include "audit/stock_certificate.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

namespace doorbuster {
namespace {

using testing::HasSubstr;

// Two of two units are sold, one after the other; then somebody looks, and somebody is refused.
class Verifier : public testing::Test {
 protected:
  Verifier() {
    history_.operations = {buy(0, 10, Answer::ok), buy(1, 30, Answer::ok),
                           buy(2, 50, Answer::sold_out)};
    view_.op = OperationId{3};
    view_.outcome = Answer::ok;
    view_.value = 1;
    view_.started = at(20);
    view_.finished = at(25);
    stock_.initial = 2;
    stock_.changes = {{OperationId{0}, 1, at(12)}, {OperationId{1}, 0, at(32)}};
  }

  static Instant at(int ms) { return kRunStart + ms * 1ms; }
  static Operation buy(std::uint32_t op, int ms, Answer outcome) {
    Operation made;
    made.op = OperationId{op};
    made.kind = OperationKind::buy;
    made.outcome = outcome;
    made.started = at(ms);
    made.finished = at(ms + 5);
    return made;
  }

  std::string verdict(std::optional<std::uint32_t> state_of_view = 1,
                      std::optional<std::uint32_t> state_of_refusal = 2) {
    const std::vector<std::uint32_t> all = {0, 1, 2};
    StockVerifier verifier(ItemId{}, stock_, history_, all);
    verifier.take(view_, state_of_view);
    if (refusal_taken_) verifier.take(history_.operations[2], state_of_refusal);
    return verifier.refute();
  }

  JudgedHistory history_;
  Operation view_;
  CertifiedStock stock_;
  bool refusal_taken_ = true;
};

TEST_F(Verifier, AcceptsWhatIsRight) { EXPECT_EQ(verdict(), ""); }

TEST_F(Verifier, RefusesPointsThatGoBackInTime) {
  stock_.changes[1].point = at(11);
  EXPECT_THAT(verdict(), HasSubstr("back in time"));
}

TEST_F(Verifier, RefusesAChangeOutsideItsOperation) {
  stock_.changes[0].point = at(16);
  EXPECT_THAT(verdict(), HasSubstr("operation 0 changed the stock outside its own time"));
}

TEST_F(Verifier, RefusesAChangeByAnotherQuantity) {
  stock_.changes[1].after = -1;
  EXPECT_THAT(verdict(1, 1), HasSubstr("was answered otherwise"));
  history_.operations[1].quantity = 2;
  stock_.changes[1].after = 0;
  EXPECT_THAT(verdict(), HasSubstr("operation 1 changed the stock by another quantity"));
}

TEST_F(Verifier, RefusesAYesThatChangedNothing) {
  stock_.changes.pop_back();
  history_.operations[2].quantity = 2;
  EXPECT_THAT(verdict(1, 1), HasSubstr("operation 1 changed nothing"));
}

TEST_F(Verifier, RefusesAnswersOfNoStateOrOfAnother) {
  EXPECT_THAT(verdict({}), HasSubstr("operation 3 has no state"));
  EXPECT_THAT(verdict(3), HasSubstr("a state that there never was"));
  EXPECT_THAT(verdict(0), HasSubstr("was answered otherwise"));
  view_.version = 2;
  EXPECT_THAT(verdict(1), HasSubstr("was answered otherwise"));
}

TEST_F(Verifier, RefusesAnAnswerThatWasOverBeforeItsStateOrBeganAfterIt) {
  view_.started = view_.finished = at(11);
  EXPECT_THAT(verdict(), HasSubstr("state 1"));
  view_.started = view_.finished = at(33);
  EXPECT_THAT(verdict(), HasSubstr("state 1"));
}

TEST_F(Verifier, RefusesWhereARefusalWasLeftOut) {
  refusal_taken_ = false;
  EXPECT_THAT(verdict(), HasSubstr("1 purchases were refused, and 0 have a state"));
}

}  // namespace
}  // namespace doorbuster
