-- Writes one note beside a callback.
--
-- KEYS 1 notes
-- ARGV 1 id  2 note, sealed  3 lifetime  4 most that are kept
redis.call("RPUSH", KEYS[1], ARGV[2])
redis.call("LTRIM", KEYS[1], -ARGV[4], -1)
redis.call("PEXPIRE", KEYS[1], ARGV[3])
return 1
