-- Puts a callback back in line where it stood.
--
-- KEYS 1 callback  2 history  3 waiting  4 holds
-- ARGV 1 id  2 token  3 nurse  4 not before (milliseconds since 1970) or ""
-- Gives 1, or false when the nurse no longer holds it.
local has = redis.call("HMGET", KEYS[1], "token", "nurse", "until", "member", "region", "score", "tried")
local time = redis.call("TIME")
local now = time[1] * 1000 + math.floor(time[2] / 1000)
if has[2] ~= ARGV[3] or has[1] ~= ARGV[2] or tonumber(has[3]) <= now then return false end

redis.call("HSET", KEYS[1], "state", has[7] == "not_reached" and "not_reached" or "waiting")
redis.call("HDEL", KEYS[1], "nurse", "name", "until")
if ARGV[4] ~= "" then redis.call("HSET", KEYS[1], "notBefore", ARGV[4]) end
redis.call("ZREM", KEYS[4], ARGV[1])
redis.call("ZADD", KEYS[3], has[6], has[4])
redis.call("RPUSH", KEYS[2], cjson.encode({ kind = "released", at = now, by = has[2] }))
redis.call("PUBLISH", "naast:callbacks", cjson.encode({ id = ARGV[1], kind = "released", region = has[5] }))
return 1
