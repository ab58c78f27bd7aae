-- Deletes a callback and all that is known of it, whoever holds it, because its person wants to be forgotten.
--
-- KEYS 1 callback  2 history  3 of (person)  4 open  5 waiting  6 holds  7 promises  8 closed
-- ARGV 1 id
-- Gives "open", "closed" or "missing": what it was.
local has = redis.call("HMGET", KEYS[1], "state", "member", "region")
redis.call("HDEL", KEYS[3], "id:" .. ARGV[1])
if redis.call("HGET", KEYS[3], "open") == ARGV[1] then redis.call("HDEL", KEYS[3], "open") end
if not has[1] then return "missing" end

redis.call("DEL", KEYS[1], KEYS[2])
for key = 4, 8 do redis.call("ZREM", KEYS[key], has[2], ARGV[1]) end
redis.call("PUBLISH", "naast:callbacks", cjson.encode({ id = ARGV[1], kind = "withdrawn", region = has[3] }))
return has[1] == "closed" and "closed" or "open"
