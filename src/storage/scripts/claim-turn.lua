-- Gives one process alone the oldest unanswered message of a person, until the lease runs out or the process died.
--
-- KEYS 1 ready  2 leases  3 attempts  4 fence  5 inbox  6 conversation  7 salt
-- ARGV 1 person  2 lease  3 process
-- Gives token, tries before this one, message, conversation or "", salt or ""; nothing when none is due.
local time = redis.call("TIME")
local now = time[1] * 1000 + math.floor(time[2] / 1000)

local due = redis.call("ZSCORE", KEYS[1], ARGV[1])
if not due or tonumber(due) > now then return false end

local message = redis.call("LINDEX", KEYS[5], 0)
if not message then
  redis.call("ZREM", KEYS[1], ARGV[1])
  redis.call("HDEL", KEYS[2], ARGV[1])
  redis.call("HDEL", KEYS[3], ARGV[1])
  return false
end

local token = redis.call("INCR", KEYS[4]) .. ":" .. ARGV[3]
redis.call("ZADD", KEYS[1], now + tonumber(ARGV[2]), ARGV[1])
redis.call("HSET", KEYS[2], ARGV[1], token)
local tries = redis.call("HINCRBY", KEYS[3], ARGV[1], 1)
return { token, tries - 1, message, redis.call("GET", KEYS[6]) or "", redis.call("GET", KEYS[7]) or "" }
