// Guests: the buyers inside one shard's shop, each from coming to leaving. Who waits for the time
// of the next step is no coroutine: he is what his visit knows and an alarm of the clock, so that a
// million can think at once; each step is a task in doing(). A visit is of any type with
//
//   bool is_over() const;   Instant next_step(now);   bool patience_ended(now);
//   Task<Done> step(now);   BuyerId buyer() const;
//   void leave(now);        // settles what is left open; once, before it is destroyed
//
// and begun with a `now` too. That is the clock's, read when he is let in or rung and after each
// step that ends at once, and not for each call: beside a page from a cache a reading is dear. Who
// never has to wait, as where a shop refuses at once, acts so often in a turn of the loop and then
// waits for the next tick of its clock, so that others come to act and what is due happens: his
// next step is as late as that and counts from when it was due. All of the floor outlives the
// guests. One thread.
#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <type_traits>
#include <utility>
#include <variant>

#include "base/task_scope.h"
#include "load/floor.h"

namespace doorbuster {

class Guests {
 public:
  // Who knows whether one who has left comes again, in the closed model.
  class Host {
   public:
    // As whom, and for when his next visit is scheduled.
    struct Return {
      BuyerId buyer{};
      Instant when{};
    };
    virtual std::optional<Return> comes_again(BuyerId buyer, Instant scheduled, Instant now) = 0;
    // He is back. False: the door is shut.
    virtual bool lets_in() = 0;

   protected:
    ~Host() = default;
  };

  // Without a host nobody comes again.
  explicit Guests(Floor& floor, Host* host = nullptr) : floor_(floor), host_(host) {}
  ~Guests() { destroy_all(); }
  Guests(const Guests&) = delete;
  Guests& operator=(const Guests&) = delete;

  // Visit(floor, more..., buyer, scheduled, now) begins, and does at once what is due.
  template <class Visit, class... More>
  void let_in(BuyerId buyer, Instant scheduled, More&... more) {
    const Instant now = floor_.clock.now();
    (new GuestOf<Visit>(*this, buyer, scheduled, now, more...))->act(now);
  }

  std::size_t alive() const { return alive_; }      // those who pause before they come again too
  std::size_t pausing() const { return pausing_; }  // and how many they are
  const TaskScope& doing() const { return doing_; }

  // Who waits for the time of his next step leaves at once, who is about a step when it has ended.
  // REQUIRES: not called from one of them.
  void send_home() {
    closing_ = true;
    for (Guest* guest = youngest_; guest != nullptr;) {
      Guest* const next = guest->older();
      if (guest->waits()) delete guest;
      guest = next;
    }
  }

  // Ends every visit where it stands. REQUIRES: not called from one of them.
  void destroy_all() {
    doing_.destroy_all();
    while (youngest_ != nullptr) delete youngest_;
  }

 private:
  class Guest : public Alarm {
   public:
    explicit Guest(Guests& of) : guests_(of), older_(of.youngest_) {
      if (older_ != nullptr) older_->younger_ = this;
      of.youngest_ = this;
      ++of.alive_;
    }
    ~Guest() override {
      guests_.floor_.clock.unset(*this);
      (younger_ != nullptr ? younger_->older_ : guests_.youngest_) = older_;
      if (older_ != nullptr) older_->younger_ = younger_;
      --guests_.alive_;
    }
    Guest* older() const { return older_; }
    bool waits() const { return waits_; }
    static void* operator new(std::size_t bytes) { return allocate_frame(bytes); }
    static void operator delete(void* guest, std::size_t bytes) { free_frame(guest, bytes); }

   protected:
    Guests& guests_;
    bool waits_ = false;  // for the clock

   private:
    Guest* older_;
    Guest* younger_ = nullptr;
  };
  template <class Visit>
  class GuestOf;

  static constexpr int kMostInATurn = 64;  // steps of one guest that end at once

  Floor& floor_;
  Host* host_;
  TaskScope doing_;
  Guest* youngest_ = nullptr;
  std::size_t alive_ = 0;
  std::size_t pausing_ = 0;
  bool closing_ = false;
};

template <class Visit>
class Guests::GuestOf final : public Guest {
 public:
  template <class... More>
  GuestOf(Guests& of, BuyerId buyer, Instant scheduled, Instant now, More&... more)
      : Guest(of),
        scheduled_(scheduled),
        inside_(std::in_place_index<0>, of.floor_, more..., buyer, scheduled, now) {}
  ~GuestOf() override {
    if (pauses()) {
      --guests_.pausing_;
    } else {
      visit().leave(guests_.floor_.clock.now());
    }
  }

  // A time has come, or a step has ended.
  void ring() override {
    if (acting_) {
      step_ended_ = true;
    } else {
      act(guests_.floor_.clock.now());
    }
  }

  // Goes on until there is something to wait for, or it is enough for this turn; a run of steps
  // that end at once is a loop, and no recursion. May destroy it. REQUIRES: !acting_
  void act(Instant now) {
    acting_ = true;
    if (go_on(now)) {
      acting_ = false;
    } else {
      delete this;
    }
  }

 private:
  // False: he has left and comes no more.
  bool go_on(Instant now) {
    int in_this_turn = 0;
    for (bool due = std::exchange(waits_, false);; due = false) {
      const bool leaves = !due && !pauses() && (visit().is_over() || guests_.closing_);
      if (leaves && !leave(now)) return false;
      if (!due) {
        const Instant when = pauses() ? scheduled_ : visit().next_step(now);
        if (when > now || ++in_this_turn == kMostInATurn) {
          waits_ = true;
          guests_.floor_.clock.set(*this, std::max(when, now + 1ns));
          return true;
        }
      }
      if (pauses()) {
        if (!come_back(now)) return false;
      } else if (visit().patience_ended(now)) {
        if (!leave(now)) return false;
      } else {
        step_ended_ = false;
        guests_.doing_.spawn(visit().step(now), this);
        if (!step_ended_) return true;
        now = guests_.floor_.clock.now();
      }
    }
  }

  // False: for good.
  bool leave(Instant now) {
    const BuyerId buyer = visit().buyer();
    visit().leave(now);
    inside_.template emplace<1>(buyer);
    ++guests_.pausing_;
    if (guests_.host_ == nullptr) return false;
    const auto again = guests_.host_->comes_again(buyer, scheduled_, now);
    if (!again) return false;
    inside_.template emplace<1>(again->buyer);
    scheduled_ = again->when;
    return true;
  }

  bool come_back(Instant now) {
    if (!guests_.host_->lets_in()) return false;
    const BuyerId buyer = std::get<1>(inside_);
    if constexpr (std::is_constructible_v<Visit, Floor&, BuyerId, Instant, Instant>) {
      --guests_.pausing_;
      inside_.template emplace<0>(guests_.floor_, buyer, scheduled_, now);
      return true;
    }
    return false;
  }

  bool pauses() const { return inside_.index() == 1; }
  Visit& visit() { return std::get<0>(inside_); }

  Instant scheduled_;                    // the visit, or the next
  std::variant<Visit, BuyerId> inside_;  // or, in a pause, who comes next
  bool acting_ = false;
  bool step_ended_ = false;
};

}  // namespace doorbuster
