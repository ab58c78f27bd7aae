-- Notes that a message is answered with nothing else in hand from here on, so that, should this process die now, it is
-- known of what; and renews the claim.
--
-- KEYS 1 ready  2 leases  3 attempts
-- ARGV 1 person  2 token  3 lease  4 what it adds to the tries
-- Gives 1, or 0 when the claim was lost already.
if redis.call("HGET", KEYS[2], ARGV[1]) ~= ARGV[2] then return 0 end
local time = redis.call("TIME")
local now = time[1] * 1000 + math.floor(time[2] / 1000)

redis.call("HINCRBY", KEYS[3], ARGV[1], ARGV[4])
redis.call("ZADD", KEYS[1], now + tonumber(ARGV[3]), ARGV[1])
return 1
