-- Notes that a message to the parent did not arrive, once per message, for the nurses.
--
-- KEYS 1 callback  2 history
-- ARGV 1 id  2 key of the message  3 "waits" or "lost"
-- Gives 1, or 0 when it was noted before or the callback is kept no longer.
local region = redis.call("HGET", KEYS[1], "region")
if not region or redis.call("HSETNX", KEYS[1], "undelivered:" .. ARGV[2], 1) == 0 then return 0 end

local time = redis.call("TIME")
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call("RPUSH", KEYS[2], cjson.encode({ kind = "undelivered", at = now, by = "system", detail = ARGV[3] }))
redis.call("PUBLISH", "naast:callbacks", cjson.encode({ id = ARGV[1], kind = "undelivered", region = region }))
return 1
