-- Ends a callback. From now on it has a lifetime.
--
-- KEYS 1 callback  2 history  3 of (person)  4 open  5 waiting  6 holds  7 promises  8 closed
-- ARGV 1 id  2 token  3 nurse  4 outcome  5 lifetime
-- Gives 1, or false when the nurse no longer holds it.
local has = redis.call("HMGET", KEYS[1], "token", "nurse", "until", "member", "region")
local time = redis.call("TIME")
local now = time[1] * 1000 + math.floor(time[2] / 1000)
if has[2] ~= ARGV[3] or has[1] ~= ARGV[2] or tonumber(has[3]) <= now then return false end

redis.call("HSET", KEYS[1], "state", "closed", "outcome", ARGV[4], "informed", 1, "closedAt", now)
redis.call("HINCRBY", KEYS[1], "token", 1)
redis.call("HDEL", KEYS[1], "nurse", "name", "until", "notBefore")
if redis.call("HGET", KEYS[3], "open") == ARGV[1] then redis.call("HDEL", KEYS[3], "open") end
redis.call("ZREM", KEYS[4], has[4])
redis.call("ZREM", KEYS[5], has[4])
redis.call("ZREM", KEYS[6], ARGV[1])
redis.call("ZREM", KEYS[7], ARGV[1])
redis.call("ZREMRANGEBYSCORE", KEYS[8], "-inf", now - tonumber(ARGV[5]))
redis.call("ZADD", KEYS[8], now, has[4])
redis.call("RPUSH", KEYS[2], cjson.encode({ kind = "closed", at = now, by = has[2], detail = ARGV[4] }))
for key = 1, 3 do redis.call("PEXPIRE", KEYS[key], ARGV[5]) end
redis.call("PEXPIRE", KEYS[8], ARGV[5])
redis.call("PUBLISH", "naast:callbacks", cjson.encode({ id = ARGV[1], kind = "closed", region = has[5] }))
return 1
