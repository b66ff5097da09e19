-- Delivers orders of a queue to one of its consumers, and notes at the gate that they are taken.
-- KEYS[1] queue   KEYS[2] held, as in reserve
-- ARGV[1] item   ARGV[2] consumer   ARGV[3] at most so many
-- ARGV[4] orders that were delivered so long ago, ms, and not finished come first; below 0: never
-- Answers {item, number, order, buyer, units, age in us, 1 if delivered before, number, ...}.
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local answer = {ARGV[1]}
local most = tonumber(ARGV[3])
if redis.call('EXISTS', KEYS[1]) == 0 then return answer end

local function deliver(entries, again)
  for _, entry in ipairs(entries) do
    local id, field = entry[1], entry[2]
    local held = redis.call('HGET', KEYS[2], field[2])
    most = most - 1
    if not held then  -- released before anybody took it
      redis.call('XACK', KEYS[1], 'writers', id)
      redis.call('XDEL', KEYS[1], id)
    else
      redis.call('HSET', KEYS[2], field[2], string.match(held, '^%d+ %d+') .. ' taken')
      for _, word in ipairs({string.match(id, '^%d+'), field[2], field[4], field[6],
                             now - field[8], again}) do
        answer[#answer + 1] = word
      end
    end
  end
end

if tonumber(ARGV[4]) >= 0 then
  local claimed = redis.call('XAUTOCLAIM', KEYS[1], 'writers', ARGV[2], ARGV[4], '0-0',
                             'COUNT', most)
  deliver(claimed[2], 1)
end
if most > 0 then
  local new = redis.call('XREADGROUP', 'GROUP', 'writers', ARGV[2], 'COUNT', most,
                         'STREAMS', KEYS[1], '>')
  if new then deliver(new[1][2], 0) end
end
return answer
