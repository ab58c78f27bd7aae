-- Forgets every timer of a person.
--
-- KEYS 1 due  (the timers' own keys are made of their ids; they share the tag of `due`)
-- ARGV 1 person
-- Gives how many there were.
local gone = 0
for _, id in ipairs(redis.call("ZRANGE", KEYS[1], 0, -1)) do
  local key = "{timers}:timer:" .. id
  if redis.call("HGET", key, "person") == ARGV[1] then
    redis.call("ZREM", KEYS[1], id)
    redis.call("DEL", key)
    gone = gone + 1
  end
end
return gone
