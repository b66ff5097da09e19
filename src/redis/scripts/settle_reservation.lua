-- What an order holds is sold for good.
-- KEYS[1] held   KEYS[2] due   KEYS[3] settled, as in reserve   ARGV[1] order
-- Answers 1: settled. 0: it holds nothing.
if redis.call('HEXISTS', KEYS[1], ARGV[1]) == 0 then return 0 end
redis.call('SADD', KEYS[3], ARGV[1])
redis.call('HDEL', KEYS[1], ARGV[1])
redis.call('ZREM', KEYS[2], ARGV[1])
return 1
