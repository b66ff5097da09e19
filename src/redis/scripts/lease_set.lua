-- Fills a leased key, if the caller's lease still stands (a DEL or its time may have ended it).
-- KEYS[1] as in lease_get   ARGV[1] token   ARGV[2] value   ARGV[3] ttl, ms
-- Answers 1: filled. 0: refused.
if redis.call('HGET', KEYS[1], 'l') ~= ARGV[1] then return 0 end
redis.call('HDEL', KEYS[1], 'l')
redis.call('HSET', KEYS[1], 'q', ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return 1
