-- Writes a value with its version, unless the key holds the same or a newer version.
-- KEYS[1] a hash: v the version, q the value   ARGV[1] version   ARGV[2] value   ARGV[3] ttl, ms
-- Answers 1: written. 0: refused. Versions are exact up to 2^53: Lua's numbers are doubles.
local v = redis.call('HGET', KEYS[1], 'v')
if v and tonumber(v) >= tonumber(ARGV[1]) then return 0 end
redis.call('HSET', KEYS[1], 'v', ARGV[1], 'q', ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return 1
