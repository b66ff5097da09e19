-- Claims an order's key, if nobody has.
-- KEYS[1] the claim: 'under way', or the number of the outcome   ARGV[1] ttl, ms
-- Answers nil: claimed. Else what stands there.
local seen = redis.call('GET', KEYS[1])
if seen then return seen end
redis.call('SET', KEYS[1], 'under way', 'PX', ARGV[1])
return false
