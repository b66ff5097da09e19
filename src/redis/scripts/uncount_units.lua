-- An order's units count no more.
-- KEYS as in count_units   ARGV[1] order   ARGV[2] buyer
-- Answers 1: they did. 0: they did not.
local units = redis.call('HGET', KEYS[2], ARGV[1])
if not units then return 0 end
redis.call('HDEL', KEYS[2], ARGV[1])
redis.call('HINCRBY', KEYS[1], ARGV[2], -units)
return 1
