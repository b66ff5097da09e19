-- Orders leave their queue: acknowledged, deleted, and settled at the gate if they were written.
-- KEYS[1] queue   KEYS[2] held   KEYS[3] settled, as in reserve
-- ARGV[1] 1 if they were written   ARGV[2..] their numbers, 0: none
for i = 2, #ARGV do
  local id = ARGV[i] .. '-0'
  local entry = ARGV[i] ~= '0' and redis.call('XRANGE', KEYS[1], id, id)[1]
  if entry then
    local order = entry[2][2]
    local held = redis.call('HGET', KEYS[2], order)
    if held and ARGV[1] == '1' then
      redis.call('HSET', KEYS[3], order, string.match(held, '^%d+'))
    end
    redis.call('HDEL', KEYS[2], order)
    redis.call('XACK', KEYS[1], 'writers', id)
    redis.call('XDEL', KEYS[1], id)
  end
end
return 1
