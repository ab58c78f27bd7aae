-- Keeps a reply that is on its way, until a status tells what became of it.
--
-- KEYS 1 transit
-- ARGV 1 key  2 reply  3 lifetime
redis.call("HSET", KEYS[1], ARGV[1], ARGV[2])
redis.call("PEXPIRE", KEYS[1], ARGV[3])
