-- Gives a conversation back unanswered, to be claimed again after a pause.
--
-- KEYS 1 ready  2 leases  3 attempts
-- ARGV 1 person  2 token  3 pause  4 "untried" when nobody could try to answer, so that it does not count, or ""
-- Gives 1, or 0 when the claim was lost already.
if redis.call("HGET", KEYS[2], ARGV[1]) ~= ARGV[2] then return 0 end
local time = redis.call("TIME")
local now = time[1] * 1000 + math.floor(time[2] / 1000)

redis.call("HDEL", KEYS[2], ARGV[1])
if ARGV[4] == "untried" then redis.call("HINCRBY", KEYS[3], ARGV[1], -1) end
redis.call("ZADD", KEYS[1], now + tonumber(ARGV[3]), ARGV[1])
return 1
