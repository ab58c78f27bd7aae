-- Notes what became of a try to send.
--
-- That a reply was sent is a fact, and is noted even when the lease was lost meanwhile; when the person is
-- next due is only for whoever holds the lease to say.
--
-- KEYS 1 outready  2 outleases  3 outbox  4 outgoing  5 done
-- ARGV 1 person  2 token  3 key  4 "over", "unknown" or "retry"  5 pause  6 done lifetime
-- Gives how many replies of the person are left.
local time = redis.call("TIME")
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local key = ARGV[3]
local at = now

if ARGV[4] == "over" then
  redis.call("ZREMRANGEBYSCORE", KEYS[5], "-inf", now - tonumber(ARGV[6]))
  redis.call("ZADD", KEYS[5], now, key)
  redis.call("PEXPIRE", KEYS[5], ARGV[6])
  redis.call("LREM", KEYS[3], 1, key)
  redis.call("HDEL", KEYS[4], key, "held:" .. key, "sending:" .. key, "grace:" .. key, "at:" .. key, "tries:" .. key)
elseif ARGV[4] == "retry" then
  redis.call("HDEL", KEYS[4], "sending:" .. key)
  at = now + tonumber(ARGV[5])
else
  local mark = redis.call("HMGET", KEYS[4], "sending:" .. key, "grace:" .. key)
  if mark[1] then at = tonumber(mark[1]) + tonumber(mark[2]) end
end

local left = redis.call("LLEN", KEYS[3])
local holder = redis.call("HGET", KEYS[2], ARGV[1])
if holder and holder ~= ARGV[2] then return left end
redis.call("HDEL", KEYS[2], ARGV[1])
if left > 0 then
  redis.call("ZADD", KEYS[1], at, ARGV[1])
else
  redis.call("ZREM", KEYS[1], ARGV[1])
end
return left
