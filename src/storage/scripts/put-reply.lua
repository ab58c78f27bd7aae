-- Puts a message of our own in line, once per key.
--
-- KEYS 1 outready  2 outbox  3 outgoing  4 done
-- ARGV 1 person  2 key  3 reply  4 grace  5 "urgent" or ""  6 outbox lifetime
-- Gives 1, or 0 when the key was put before.
local time = redis.call("TIME")
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local key = ARGV[2]
if redis.call("ZSCORE", KEYS[4], key) or redis.call("HEXISTS", KEYS[3], key) == 1 then return 0 end

redis.call("HSET", KEYS[3], key, ARGV[3], "grace:" .. key, ARGV[4], "at:" .. key, now)
if ARGV[5] == "urgent" then
  redis.call("LPUSH", KEYS[2], key)
  redis.call("ZADD", KEYS[1], now, ARGV[1])
else
  redis.call("RPUSH", KEYS[2], key)
  redis.call("ZADD", KEYS[1], "NX", now, ARGV[1])
end
redis.call("PEXPIRE", KEYS[2], ARGV[6])
redis.call("PEXPIRE", KEYS[3], ARGV[6])
return 1
