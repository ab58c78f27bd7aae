-- Gives a nurse one callback to herself, until the lease runs out. She may take it again herself, which
-- makes her earlier token worthless.
--
-- KEYS 1 callback  2 history  3 waiting  4 holds
-- ARGV 1 id  2 nurse  3 name  4 lease  5 "named", or "fit" for whichever fits: then a pause is minded
-- Gives "missing", "closed", "held" or "paused"; or "claimed", the token, and when the lease ends.
local has = redis.call("HMGET", KEYS[1], "state", "nurse", "until", "member", "region", "notBefore")
if not has[1] then return { "missing" } end
if has[1] == "closed" then return { "closed" } end

local time = redis.call("TIME")
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local lapsed = has[2] and tonumber(has[3]) <= now
if has[2] and has[2] ~= ARGV[2] and not lapsed then return { "held" } end
if ARGV[5] == "fit" and has[6] and tonumber(has[6]) > now then return { "paused" } end

local function note(kind, by)
  redis.call("RPUSH", KEYS[2], cjson.encode({ kind = kind, at = now, by = by }))
  redis.call("PUBLISH", "naast:callbacks", cjson.encode({ id = ARGV[1], kind = kind, region = has[5] }))
end

if lapsed then note("expired", has[2]) end
local token = redis.call("HINCRBY", KEYS[1], "token", 1)
local till = now + tonumber(ARGV[4])
redis.call("HSET", KEYS[1], "state", "claimed", "nurse", ARGV[2], "name", ARGV[3], "until", till)
redis.call("HDEL", KEYS[1], "notBefore")
redis.call("ZREM", KEYS[3], has[4])
redis.call("ZADD", KEYS[4], till, ARGV[1])
note("claimed", ARGV[2])
return { "claimed", token, till }
