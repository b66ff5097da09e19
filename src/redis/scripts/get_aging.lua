-- A value and how long it still has.
-- KEYS[1] the key
-- Answers {value, ms left}, -1 for one without a TTL. nil: there is none.
local value = redis.call('GET', KEYS[1])
if not value then return false end
return {value, redis.call('PTTL', KEYS[1])}
