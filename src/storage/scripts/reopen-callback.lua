-- Undoes a wrong close: the callback is back in line where it stood, without a lifetime.
--
-- KEYS 1 callback  2 history  3 of (person)  4 open  5 waiting  6 promises  7 closed
-- ARGV 1 id  2 nurse  3 how long a close can be undone
-- Gives 1, or 0 when it is not closed, too old, withdrawn, or its person has another one open.
local has = redis.call("HMGET", KEYS[1], "state", "closedAt", "outcome", "member", "region", "score", "tried", "promisedAt")
local time = redis.call("TIME")
local now = time[1] * 1000 + math.floor(time[2] / 1000)
if has[1] ~= "closed" or has[3] == "withdrawn" then return 0 end
if now - tonumber(has[2]) > tonumber(ARGV[3]) or redis.call("HEXISTS", KEYS[3], "open") == 1 then return 0 end

redis.call("HSET", KEYS[1], "state", has[7] == "not_reached" and "not_reached" or "waiting")
redis.call("HDEL", KEYS[1], "outcome", "informed", "closedAt")
redis.call("HSET", KEYS[3], "open", ARGV[1], "id:" .. ARGV[1], 1)
for key = 1, 3 do redis.call("PERSIST", KEYS[key]) end
redis.call("ZREM", KEYS[7], has[4])
redis.call("ZADD", KEYS[4], has[6], has[4])
redis.call("ZADD", KEYS[5], has[6], has[4])
if not has[7] then redis.call("ZADD", KEYS[6], has[8], ARGV[1]) end
redis.call("RPUSH", KEYS[2], cjson.encode({ kind = "reopened", at = now, by = ARGV[2] }))
redis.call("PUBLISH", "naast:callbacks", cjson.encode({ id = ARGV[1], kind = "reopened", region = has[5] }))
return 1
