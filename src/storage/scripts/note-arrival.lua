-- Learns from outside that a reply arrived, or failed for good, whatever was thought before. What is known already is
-- not written again, so that most statuses do not wait for the disk.
--
-- KEYS 1 outready  2 outleases  3 outbox  4 outgoing  5 done
-- ARGV 1 person  2 key  3 done lifetime
-- Gives how many replies of the person are left.
local time = redis.call("TIME")
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local key = ARGV[2]

if not redis.call("ZSCORE", KEYS[5], key) or redis.call("HEXISTS", KEYS[4], key) == 1 then
  redis.call("ZREMRANGEBYSCORE", KEYS[5], "-inf", now - tonumber(ARGV[3]))
  redis.call("ZADD", KEYS[5], now, key)
  redis.call("PEXPIRE", KEYS[5], ARGV[3])
  redis.call("LREM", KEYS[3], 1, key)
  redis.call("HDEL", KEYS[4], key, "held:" .. key, "sending:" .. key, "grace:" .. key, "at:" .. key, "tries:" .. key)
end

local left = redis.call("LLEN", KEYS[3])
if redis.call("HEXISTS", KEYS[2], ARGV[1]) == 1 then return left end
if left > 0 then
  redis.call("ZADD", KEYS[1], now, ARGV[1])
else
  redis.call("ZREM", KEYS[1], ARGV[1])
end
return left
