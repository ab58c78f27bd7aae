-- Takes a callback back for the parent, whoever holds it. From now on it has a lifetime.
--
-- KEYS 1 callback  2 history  3 of (person)  4 open  5 waiting  6 holds  7 promises  8 closed
-- ARGV 1 id  2 lifetime
-- Gives 1, or 0 when it was closed already or is unknown.
local has = redis.call("HMGET", KEYS[1], "state", "member", "region")
if not has[1] or has[1] == "closed" then return 0 end
local time = redis.call("TIME")
local now = time[1] * 1000 + math.floor(time[2] / 1000)

redis.call("HSET", KEYS[1], "state", "closed", "outcome", "withdrawn", "informed", 1, "closedAt", now)
redis.call("HINCRBY", KEYS[1], "token", 1)
redis.call("HDEL", KEYS[1], "nurse", "name", "until", "notBefore")
if redis.call("HGET", KEYS[3], "open") == ARGV[1] then redis.call("HDEL", KEYS[3], "open") end
redis.call("ZREM", KEYS[4], has[2])
redis.call("ZREM", KEYS[5], has[2])
redis.call("ZREM", KEYS[6], ARGV[1])
redis.call("ZREM", KEYS[7], ARGV[1])
redis.call("ZREMRANGEBYSCORE", KEYS[8], "-inf", now - tonumber(ARGV[2]))
redis.call("ZADD", KEYS[8], now, has[2])
redis.call("RPUSH", KEYS[2], cjson.encode({ kind = "withdrawn", at = now, by = "parent" }))
for key = 1, 3 do redis.call("PEXPIRE", KEYS[key], ARGV[2]) end
redis.call("PEXPIRE", KEYS[8], ARGV[2])
redis.call("PUBLISH", "naast:callbacks", cjson.encode({ id = ARGV[1], kind = "withdrawn", region = has[3] }))
return 1
