-- Appends activities to an open web chat under the next numbers, once per key.
--
-- KEYS 1 chat  2 chat-index  3... chat-part, one per activity
-- ARGV 1 chat lifetime  2 entries to keep in the index  3... name, lifetime, sealed activity for each part
-- Gives the number of the first activity and when it was appended, or the number alone when it was appended before;
-- nothing when no chat is open.
if redis.call("EXISTS", KEYS[1]) == 0 then return false end
local before = redis.call("ZSCORE", KEYS[2], ARGV[3])
if before then return { tonumber(before) } end
local time = redis.call("TIME")
local now = time[1] * 1000 + math.floor(time[2] / 1000)

local parts = #KEYS - 2
local last = redis.call("INCRBY", KEYS[1], parts)
for part = 1, parts do
  local at = part * 3
  redis.call("SET", KEYS[2 + part], string.format("%.0f", now) .. "." .. ARGV[at + 2], "PX", ARGV[at + 1])
  redis.call("ZADD", KEYS[2], last - parts + part, ARGV[at])
end
redis.call("ZREMRANGEBYRANK", KEYS[2], 0, -1 - tonumber(ARGV[2]))
redis.call("PEXPIRE", KEYS[1], ARGV[1])
redis.call("PEXPIRE", KEYS[2], ARGV[1])
return { last - parts + 1, now }
