-- Sets a timer, or moves the one of the same id: whoever holds the old one can no longer end it.
--
-- KEYS 1 due  2 timer
-- ARGV 1 id  2 timer as JSON  3 due at  4 lifetime after it was due  5 person
redis.call("DEL", KEYS[2])
redis.call("HSET", KEYS[2], "timer", ARGV[2], "person", ARGV[5], "attempts", 0)
redis.call("PEXPIREAT", KEYS[2], ARGV[3] + ARGV[4])
redis.call("ZADD", KEYS[1], ARGV[3], ARGV[1])
return 1
