// The queues of a simulated Redis's gates, what scripts/{reserve,read_queue,finish_queued}.lua do
// on the server.
#include "sim/redis_state.h"

namespace doorbuster {

Result<CacheReply> RedisState::run(const ReserveQueued& reserve, Instant now) {
  auto reserved = run(Reserve{reserve.order, Duration{}}, now);
  const auto* reply = reserved ? std::get_if<Reserve::Reply>(&*reserved) : nullptr;
  if (reply == nullptr || reply->state != Reserve::State::granted) return reserved;
  Book& book = books_[reserve.order.item];
  book.due.erase({book.held.at(reserve.order.key).due, reserve.order.key});
  book.queue[++book.queued] = {reserve.order, now, std::nullopt};
  return reserved;
}

Result<CacheReply> RedisState::run(const ReadQueue& read, Instant now) {
  Book& book = books_[read.item];
  ReadQueue::Reply delivered;
  std::int64_t left = read.most;
  const auto deliver = [&](bool again) {
    for (auto next = book.queue.begin(); next != book.queue.end() && left > 0;) {
      const auto current = next++;
      Queued& queued = current->second;
      if (queued.delivered.has_value() != again) continue;
      if (again && now - *queued.delivered < deadline_of(now, read.idle) - now) continue;
      --left;
      const auto held = book.held.find(queued.order.key);
      if (held == book.held.end()) {  // released before anybody took it
        book.queue.erase(current);
        continue;
      }
      held->second.taken = true;
      queued.delivered = now;
      Order order = queued.order;
      order.repeats = 0;
      delivered.push_back({current->first, order, now - queued.since, again});
    }
  };
  if (read.idle >= Duration{}) deliver(true);
  deliver(false);
  return CacheReply(std::move(delivered));
}

Result<CacheReply> RedisState::run(const FinishQueued& finish, Instant) {
  Book& book = books_[finish.item];
  for (const std::int64_t number : finish.numbers) {
    const auto found = book.queue.find(number);
    if (found == book.queue.end()) continue;
    const OrderKey key = found->second.order.key;
    const auto units = book.strike(key);
    if (units && finish.written) book.settled.emplace(key, *units);
    book.queue.erase(found);
  }
  return CacheReply(Done{});
}

Result<CacheReply> RedisState::run(const QueueLength& length, Instant) {
  const auto orders = static_cast<std::int64_t>(books_[length.item].queue.size());
  return CacheReply(QueueLength::Reply{orders});
}

}  // namespace doorbuster
