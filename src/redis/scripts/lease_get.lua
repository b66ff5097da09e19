-- The value of a leased key, or the right to fill it, or neither.
-- KEYS[1] a hash: q the value, l the token of the lease   ARGV[1] token   ARGV[2] lease, ms
-- Answers {1, value}: a hit. {2}: the caller holds the lease now. {0}: another one does, wait.
local q = redis.call('HGET', KEYS[1], 'q')
if q then return {1, q} end
if redis.call('HEXISTS', KEYS[1], 'l') == 1 then return {0} end
redis.call('HSET', KEYS[1], 'l', ARGV[1])
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return {2}
