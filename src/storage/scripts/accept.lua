-- Takes messages of one person in, each once, in the order given, and claims the first of them for whoever brought
-- them when nothing of that person was waiting.
--
-- People are named as the channel knows them, and nearly everyone is the person of that name. Where the name has
-- a row of its own it stands for somebody else now: then nothing is taken in, and the caller asks who. Nor is anything
-- taken in from a web chat that is no longer open.
--
-- KEYS 1 inbox  2 ready  3 name, or chat  4... seen, one per message; to claim as well: leases, attempts, fence,
--      conversation, salt
-- ARGV 1 person  2 inbox lifetime  3 seen lifetime  4 "found", "open-chat" or ""  5... sealed message, one per seen key; to
--      claim as well: process, lease
-- Gives a list with 1 per message that is new and 0 per message that was taken in before; after a claim also token,
-- tries before this one, conversation or "", salt or "". Gives nothing when the name has a row.
if ARGV[4] == "" and redis.call("EXISTS", KEYS[3]) == 1 then return false end
if ARGV[4] == "open-chat" and redis.call("EXISTS", KEYS[3]) == 0 then return { {} } end

local time = redis.call("TIME")
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local toClaim = #KEYS > #ARGV
local messages = toClaim and #ARGV - 6 or #ARGV - 4
local first = 3 + messages
local idle = toClaim and redis.call("EXISTS", KEYS[1]) == 0 and redis.call("HEXISTS", KEYS[first + 1], ARGV[1]) == 0
local taken, any = {}, false

for at = 1, messages do
  local new = redis.call("SET", KEYS[3 + at], "1", "NX", "PX", ARGV[3])
  if new then
    redis.call("RPUSH", KEYS[1], ARGV[4 + at])
    any = true
  end
  taken[at] = new and 1 or 0
end

if not any then return { taken } end
redis.call("PEXPIRE", KEYS[1], ARGV[2])
if not idle then
  redis.call("ZADD", KEYS[2], "NX", now, ARGV[1])
  return { taken }
end

local token = redis.call("INCR", KEYS[first + 3]) .. ":" .. ARGV[#ARGV - 1]
redis.call("ZADD", KEYS[2], now + tonumber(ARGV[#ARGV]), ARGV[1])
redis.call("HSET", KEYS[first + 1], ARGV[1], token)
local tries = redis.call("HINCRBY", KEYS[first + 2], ARGV[1], 1)
return {
  taken,
  token,
  tries - 1,
  redis.call("GET", KEYS[first + 4]) or "",
  redis.call("GET", KEYS[first + 5]) or "",
}
