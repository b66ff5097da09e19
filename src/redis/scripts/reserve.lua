-- Takes an order's units at the gate and notes who took them.
-- KEYS[1] the counter: the units that are left
-- KEYS[2] held, a hash: order -> "units since", since when on this clock, ms; with " taken" behind
--         it once the order was read from the queue
-- KEYS[3] due, a sorted set: order by the end of its hold, ms
-- KEYS[4] settled, a hash: order -> units
-- KEYS[5] sequence: how often the counter was changed by a grant or a return, the number of the last
-- KEYS[6] only where orders are queued: queue, a stream of them with the group 'writers'
-- KEYS[7] queued, how many ever were: the number of the last
-- ARGV[1] order   ARGV[2] units   ARGV[3] hold, ms; where orders are queued the buyer
-- Answers {0, left, sequence}: granted. {1, left, sequence}: sold out. {2}: was there before.
-- {3}: no counter.
-- The order of the steps is the point: who repeats himself is known before anything is taken, a
-- missing counter is no zero, and units are taken only where there are enough, so that the counter
-- is never below zero and no later buyer is refused for it.
if redis.call('HEXISTS', KEYS[2], ARGV[1]) == 1 then return {2} end
if redis.call('HEXISTS', KEYS[4], ARGV[1]) == 1 then return {2} end
local left = redis.call('GET', KEYS[1])
if not left then return {3} end
if tonumber(left) < tonumber(ARGV[2]) then return {1, left, redis.call('GET', KEYS[5]) or 0} end
left = redis.call('DECRBY', KEYS[1], ARGV[2])
local sequence = redis.call('INCR', KEYS[5])
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('HSET', KEYS[2], ARGV[1], string.format('%s %.0f', ARGV[2], now))
if not KEYS[6] then
  redis.call('ZADD', KEYS[3], now + ARGV[3], ARGV[1])
  return {0, left, sequence}
end
local number = redis.call('INCR', KEYS[7])
if number == 1 then redis.call('XGROUP', 'CREATE', KEYS[6], 'writers', '0', 'MKSTREAM') end
redis.call('XADD', KEYS[6], string.format('%.0f-0', number), 'order', ARGV[1], 'buyer', ARGV[3],
           'units', ARGV[2], 'at', string.format('%.0f', time[1] * 1000000 + time[2]))
return {0, left, sequence}
