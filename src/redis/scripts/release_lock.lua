-- Frees a lock, if it is still the caller's.
-- KEYS[1] as in acquire_lock   ARGV[1] token
-- Answers 1: freed. 0: it is another's by now, or nobody's.
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])
