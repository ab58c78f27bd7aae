-- Forgets where a person stood who left for good, unless something of theirs is still under way or they moved on since
-- it was read. Their salt goes too: copies of what was sealed with it can never be read again.
--
-- KEYS 1 conversation  2 salt  3 inbox  4 leases
-- ARGV 1 person  2 conversation as it was read, or ""
-- Gives 1 when nothing of it is left, 0 when it has to be looked at again.
if redis.call("EXISTS", KEYS[3]) == 1 or redis.call("HEXISTS", KEYS[4], ARGV[1]) == 1 then return 0 end
if (redis.call("GET", KEYS[1]) or "") ~= ARGV[2] then return 0 end
redis.call("DEL", KEYS[1], KEYS[2])
return 1
