-- Counts what one member of staff opened, each callback once while the count lasts.
--
-- KEYS 1 readings
-- ARGV 1 callback  2 lifetime, from the first reading on
-- Gives how many there are, or 0 when this one was counted before.
local new = redis.call("SADD", KEYS[1], ARGV[1])
if new == 0 then return 0 end
local count = redis.call("SCARD", KEYS[1])
if count == 1 then redis.call("PEXPIRE", KEYS[1], ARGV[2]) end
return count
