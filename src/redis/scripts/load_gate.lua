-- Opens a gate anew: its units, and nothing reserved.
-- KEYS[1] the counter   KEYS[2] sequence   KEYS[3..7] held, due, settled, queue, queued: as in
-- reserve
-- ARGV[1] units
redis.call('SET', KEYS[1], ARGV[1])
redis.call('SET', KEYS[2], 0)
redis.call('UNLINK', KEYS[3], KEYS[4], KEYS[5], KEYS[6], KEYS[7])
return 1
