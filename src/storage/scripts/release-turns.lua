-- Takes the turns of one partition from a process that died, and makes them due at once: its tokens are good for nothing
-- from here on. One that was given up before waits until its lease runs out: should it be what processes die of, they
-- are not to die of it one right after the other.
--
-- KEYS 1 ready  2 leases  3 attempts
-- ARGV 1 process
-- Gives the persons whose turns these are.
local time = redis.call("TIME")
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local mark = ":" .. ARGV[1]

local persons = {}
local held = redis.call("HGETALL", KEYS[2])
for at = 1, #held, 2 do
  local person, token = held[at], held[at + 1]
  local tries = tonumber(redis.call("HGET", KEYS[3], person) or "0")
  if string.sub(token, -#mark) == mark and tries <= 1 then
    redis.call("HDEL", KEYS[2], person)
    redis.call("ZADD", KEYS[1], now, person)
    persons[#persons + 1] = person
  end
end
return persons
