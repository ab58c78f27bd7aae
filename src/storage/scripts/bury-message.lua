-- Sets the oldest message of a person aside unread, because it cannot be opened; the next one follows.
--
-- KEYS 1 ready  2 leases  3 attempts  4 inbox  5 dead
-- ARGV 1 person  2 token  3 dead letter lifetime
-- Gives "stale", or how many messages of the person are left.
if redis.call("HGET", KEYS[2], ARGV[1]) ~= ARGV[2] then return "stale" end
local time = redis.call("TIME")
local now = time[1] * 1000 + math.floor(time[2] / 1000)

local message = redis.call("LPOP", KEYS[4])
redis.call("HDEL", KEYS[2], ARGV[1])
redis.call("HDEL", KEYS[3], ARGV[1])
if message then
  redis.call("ZREMRANGEBYSCORE", KEYS[5], "-inf", now - tonumber(ARGV[3]))
  redis.call("ZADD", KEYS[5], now, message)
  redis.call("PEXPIRE", KEYS[5], ARGV[3])
end

local left = redis.call("LLEN", KEYS[4])
if left > 0 then
  redis.call("ZADD", KEYS[1], now, ARGV[1])
else
  redis.call("ZREM", KEYS[1], ARGV[1])
end
return left
