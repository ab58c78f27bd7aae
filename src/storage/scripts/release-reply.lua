-- Removes an intent that was carried out, and lets the reply go that was held for it.
--
-- KEYS 1 intents  2 outready  3 outgoing
-- ARGV 1 intent, exactly as stored  2 person  3 reply key or ""
-- Gives 1 when the intent was still there.
local time = redis.call("TIME")
local now = time[1] * 1000 + math.floor(time[2] / 1000)

local there = redis.call("LREM", KEYS[1], 1, ARGV[1])
if ARGV[3] ~= "" and redis.call("HDEL", KEYS[3], "held:" .. ARGV[3]) == 1 then
  redis.call("ZADD", KEYS[2], "NX", now, ARGV[2])
end
return there
