-- All that a gate knows, in one step.
-- KEYS[1] the counter   KEYS[2] held   KEYS[3] settled   KEYS[4] sequence: as in reserve
-- ARGV[1] item
-- Answers {item, left or nil, settled units, sequence or nil, order, units, age in ms, order, ...}.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local settled = 0
for _, units in ipairs(redis.call('HVALS', KEYS[3])) do settled = settled + units end
local answer = {ARGV[1], redis.call('GET', KEYS[1]), settled, redis.call('GET', KEYS[4])}
local held = redis.call('HGETALL', KEYS[2])
for i = 1, #held, 2 do
  local units, since = string.match(held[i + 1], '^(%d+) (%d+)')
  answer[#answer + 1] = held[i]
  answer[#answer + 1] = units
  answer[#answer + 1] = now - since
end
return answer
