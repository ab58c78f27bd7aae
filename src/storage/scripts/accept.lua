-- Takes messages of one person in, each once, in the order given.
--
-- KEYS 1 inbox  2 ready  3... seen, one per message
-- ARGV 1 person  2 inbox lifetime  3 seen lifetime  4... sealed message, one per seen key
-- Gives 1 per message that is new, 0 per message that was taken in before.
local time = redis.call("TIME")
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local taken, any = {}, false

for at = 4, #ARGV do
  local new = redis.call("SET", KEYS[at - 1], "1", "NX", "PX", ARGV[3])
  if new then
    redis.call("RPUSH", KEYS[1], ARGV[at])
    any = true
  end
  taken[#taken + 1] = new and 1 or 0
end

if any then
  redis.call("PEXPIRE", KEYS[1], ARGV[2])
  redis.call("ZADD", KEYS[2], "NX", now, ARGV[1])
end
return taken
