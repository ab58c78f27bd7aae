-- Takes messages of one person in, each once, in the order given.
--
-- People are named as the channel knows them, and nearly everyone is the person of that name. Where the name has
-- a row of its own it stands for somebody else now: then nothing is taken in, and the caller asks who.
--
-- KEYS 1 inbox  2 ready  3 name  4... seen, one per message
-- ARGV 1 person  2 inbox lifetime  3 seen lifetime  4 "found" or ""  5... sealed message, one per seen key
-- Gives 1 per message that is new, 0 per message that was taken in before; nothing when the name has a row.
if ARGV[4] == "" and redis.call("EXISTS", KEYS[3]) == 1 then return false end

local time = redis.call("TIME")
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local taken, any = {}, false

for at = 5, #ARGV do
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
