-- What an order holds is sold for good.
-- KEYS[1] held   KEYS[2] due   KEYS[3] settled, as in reserve   ARGV[1] order
-- Answers 1: settled. 0: it holds nothing.
local held = redis.call('HGET', KEYS[1], ARGV[1])
if not held then return 0 end
redis.call('HSET', KEYS[3], ARGV[1], string.match(held, '^%d+'))
redis.call('HDEL', KEYS[1], ARGV[1])
redis.call('ZREM', KEYS[2], ARGV[1])
return 1
