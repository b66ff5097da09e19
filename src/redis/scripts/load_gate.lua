-- Opens a gate anew: its units, and nothing reserved.
-- KEYS[1] the counter   KEYS[2..6] held, due, settled, queue, queued, as in reserve
-- ARGV[1] units
redis.call('SET', KEYS[1], ARGV[1])
redis.call('UNLINK', KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6])
return 1
