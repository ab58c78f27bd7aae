-- Lengthens a nurse's lease.
--
-- KEYS 1 callback  2 history  3 holds
-- ARGV 1 id  2 token  3 nurse  4 lease
-- Gives when the lease ends now, or false when she no longer holds it.
local has = redis.call("HMGET", KEYS[1], "token", "nurse", "until")
local time = redis.call("TIME")
local now = time[1] * 1000 + math.floor(time[2] / 1000)
if has[2] ~= ARGV[3] or has[1] ~= ARGV[2] or tonumber(has[3]) <= now then return false end

local till = now + tonumber(ARGV[4])
redis.call("HSET", KEYS[1], "until", till)
redis.call("ZADD", KEYS[3], till, ARGV[1])
redis.call("RPUSH", KEYS[2], cjson.encode({ kind = "renewed", at = now, by = has[2] }))
redis.call("LTRIM", KEYS[2], -500, -1)
return till
