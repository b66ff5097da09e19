-- A lock, if nobody holds it, and the number of this grant.
-- KEYS[1] the lock: its holder's token   KEYS[2] the last fence, kept when the lock is freed
-- ARGV[1] token   ARGV[2] ttl, ms
-- Answers the fence, at least 1: granted. 0: another one holds the lock.
if not redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) then return 0 end
return redis.call('INCR', KEYS[2])
