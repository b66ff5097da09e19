-- Counts an order's units against its buyer's limit, once.
-- KEYS[1] a hash: buyer -> units   KEYS[2] a hash: order -> units
-- ARGV[1] order   ARGV[2] buyer   ARGV[3] units   ARGV[4] the most that one buyer may have
-- Answers 1: allowed, or counted before. 0: too many.
if redis.call('HEXISTS', KEYS[2], ARGV[1]) == 1 then return 1 end
local has = tonumber(redis.call('HGET', KEYS[1], ARGV[2]) or '0')
if has + tonumber(ARGV[3]) > tonumber(ARGV[4]) then return 0 end
redis.call('HINCRBY', KEYS[1], ARGV[2], ARGV[3])
redis.call('HSET', KEYS[2], ARGV[1], ARGV[3])
return 1
