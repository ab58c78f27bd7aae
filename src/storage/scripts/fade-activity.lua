-- Shortens the life of one activity; never lengthens it.
--
-- KEYS 1 chat-part
-- ARGV 1 milliseconds left
-- Gives 1 when it was shortened.
local left = redis.call("PTTL", KEYS[1])
if left < 0 or left <= tonumber(ARGV[1]) then return 0 end
return redis.call("PEXPIRE", KEYS[1], ARGV[1])
