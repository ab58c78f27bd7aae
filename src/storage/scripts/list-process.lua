-- Puts a process on the list of those that take turns, and off it whoever was not put on it for a lifetime.
--
-- KEYS 1 processes
-- ARGV 1 entry  2 its entry until now, or ""  3 lifetime
local time = redis.call("TIME")
local now = time[1] * 1000 + math.floor(time[2] / 1000)

if ARGV[2] ~= "" then redis.call("ZREM", KEYS[1], ARGV[2]) end
redis.call("ZREMRANGEBYSCORE", KEYS[1], "-inf", now - tonumber(ARGV[3]))
redis.call("ZADD", KEYS[1], now, ARGV[1])
redis.call("PEXPIRE", KEYS[1], ARGV[3])
return 1
