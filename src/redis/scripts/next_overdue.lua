-- The order whose hold ended first, put off so that the next who asks is told of another.
-- KEYS[1] due   KEYS[2] held, as in reserve   ARGV[1] item   ARGV[2] put off by, ms
-- Answers {order, item, units, age in ms}. nil: none is overdue.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local order = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now, 'LIMIT', 0, 1)[1]
if not order then return false end
redis.call('ZADD', KEYS[1], now + ARGV[2], order)
local units, since = string.match(redis.call('HGET', KEYS[2], order), '^(%d+) (%d+)')
return {order, ARGV[1], units, now - since}
