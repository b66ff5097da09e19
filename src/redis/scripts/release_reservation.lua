-- Gives back what an order holds.
-- KEYS[1] the counter   KEYS[2] held   KEYS[3] due   KEYS[4] sequence: as in reserve
-- ARGV[1] order
-- Answers {units, left, sequence}: given back. {}: it holds nothing, is being written to the
-- database from a queue, or there is no counter to give it back to: one that was lost is not made
-- anew from what one order held.
local held = redis.call('HGET', KEYS[2], ARGV[1])
if not held or string.find(held, 'taken', 1, true) then return {} end
redis.call('HDEL', KEYS[2], ARGV[1])
redis.call('ZREM', KEYS[3], ARGV[1])
if redis.call('EXISTS', KEYS[1]) == 0 then return {} end
local units = string.match(held, '^%d+')
return {units, redis.call('INCRBY', KEYS[1], units), redis.call('INCR', KEYS[4])}
