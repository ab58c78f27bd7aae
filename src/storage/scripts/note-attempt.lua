-- Notes a try to reach the parent. The promise to be in touch is kept by it.
--
-- KEYS 1 callback  2 history  3 promises
-- ARGV 1 id  2 token  3 nurse  4 "called" or "not_reached"
-- Gives how many tries there were, or false when the nurse no longer holds it.
local has = redis.call("HMGET", KEYS[1], "token", "nurse", "until", "region")
local time = redis.call("TIME")
local now = time[1] * 1000 + math.floor(time[2] / 1000)
if has[2] ~= ARGV[3] or has[1] ~= ARGV[2] or tonumber(has[3]) <= now then return false end

redis.call("HSET", KEYS[1], "state", ARGV[4], "tried", ARGV[4])
redis.call("ZREM", KEYS[3], ARGV[1])
redis.call("RPUSH", KEYS[2], cjson.encode({ kind = "attempted", at = now, by = has[2], detail = ARGV[4] }))
redis.call("PUBLISH", "naast:callbacks", cjson.encode({ id = ARGV[1], kind = "attempted", region = has[4] }))
return redis.call("HINCRBY", KEYS[1], "attempts", 1)
