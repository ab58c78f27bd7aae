-- Gives the hold on a callback to another nurse, with a token and a lease of her own.
--
-- KEYS 1 callback  2 history  3 holds
-- ARGV 1 id  2 token  3 nurse  4 other nurse  5 her name  6 lease
-- Gives the new token and when the lease ends, or false when the first nurse no longer holds it.
local has = redis.call("HMGET", KEYS[1], "token", "nurse", "until", "region")
local time = redis.call("TIME")
local now = time[1] * 1000 + math.floor(time[2] / 1000)
if has[2] ~= ARGV[3] or has[1] ~= ARGV[2] or tonumber(has[3]) <= now then return false end

local till = now + tonumber(ARGV[6])
local token = redis.call("HINCRBY", KEYS[1], "token", 1)
redis.call("HSET", KEYS[1], "nurse", ARGV[4], "name", ARGV[5], "until", till)
redis.call("ZADD", KEYS[3], till, ARGV[1])
redis.call("RPUSH", KEYS[2], cjson.encode({ kind = "handed_over", at = now, by = has[2], detail = ARGV[4] }))
redis.call("PUBLISH", "naast:callbacks", cjson.encode({ id = ARGV[1], kind = "handed_over", region = has[4] }))
return { token, till }
