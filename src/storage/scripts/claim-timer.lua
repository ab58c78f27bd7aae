-- Gives the longest due timer to one process, until the lease runs out; then it is due again.
--
-- KEYS 1 due  (the timer's own key is made of its id; it shares the tag of `due`)
-- ARGV 1 lease
-- Gives nothing, or the timer as JSON, the token and the tries before this one.
local time = redis.call("TIME")
local now = time[1] * 1000 + math.floor(time[2] / 1000)
for _ = 1, 50 do
  local id = redis.call("ZRANGEBYSCORE", KEYS[1], "-inf", now, "LIMIT", 0, 1)[1]
  if not id then return false end
  local key = "{timers}:timer:" .. id
  local timer = redis.call("HGET", key, "timer")
  if timer then
    local tries = redis.call("HINCRBY", key, "attempts", 1) - 1
    local token = redis.call("HINCRBY", key, "token", 1)
    redis.call("ZADD", KEYS[1], now + ARGV[1], id)
    return { timer, token, tries }
  end
  -- its lifetime ended while nobody looked
  redis.call("ZREM", KEYS[1], id)
end
return false
