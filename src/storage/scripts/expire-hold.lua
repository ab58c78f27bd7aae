-- Returns a callback to the line when the lease on it ran out.
--
-- KEYS 1 callback  2 history  3 waiting  4 holds
-- ARGV 1 id
-- Gives 1, or 0 when it is held, closed or in line already.
local has = redis.call("HMGET", KEYS[1], "nurse", "until", "member", "region", "score", "tried")
local time = redis.call("TIME")
local now = time[1] * 1000 + math.floor(time[2] / 1000)
if not has[1] then
  redis.call("ZREM", KEYS[4], ARGV[1])
  return 0
end
if tonumber(has[2]) > now then return 0 end

redis.call("HSET", KEYS[1], "state", has[6] == "not_reached" and "not_reached" or "waiting")
redis.call("HDEL", KEYS[1], "nurse", "name", "until")
redis.call("ZREM", KEYS[4], ARGV[1])
redis.call("ZADD", KEYS[3], has[5], has[3])
redis.call("RPUSH", KEYS[2], cjson.encode({ kind = "expired", at = now, by = has[1] }))
redis.call("PUBLISH", "naast:callbacks", cjson.encode({ id = ARGV[1], kind = "expired", region = has[4] }))
return 1
