-- Opens a gate anew: its units, and nothing reserved.
-- KEYS[1] the counter   KEYS[2..4] held, due, settled, as in reserve   ARGV[1] units
redis.call('SET', KEYS[1], ARGV[1])
redis.call('UNLINK', KEYS[2], KEYS[3], KEYS[4])
return 1
