-- Gives one process alone the next reply of a person to send, and marks it as being sent before it is.
--
-- A reply whose sending was never answered waits for its grace, in which a status may still tell that it
-- arrived, and until whoever asks has been here long enough to have heard that. A reply that is held is not offered; who releases it makes the person due again. One that waited too long,
-- held or not, is offered as such, for whoever it matters to is still to hear of it.
--
-- KEYS 1 outready  2 outleases  3 fence  4 outbox  5 outgoing  6 done
-- ARGV 1 person  2 lease  3 how long a reply is tried  4 outbox lifetime  5 how long whoever asks has yet to listen
-- Gives token, key, reply, tries before this one, 1 when an earlier try was never answered, 1 when it waited too long;
-- "gone" when a reply outlived its words; or nothing.
local time = redis.call("TIME")
local now = time[1] * 1000 + math.floor(time[2] / 1000)

local due = redis.call("ZSCORE", KEYS[1], ARGV[1])
if not due or tonumber(due) > now then return false end

local function rest(at)
  redis.call("HDEL", KEYS[2], ARGV[1])
  if at then redis.call("ZADD", KEYS[1], at, ARGV[1]) else redis.call("ZREM", KEYS[1], ARGV[1]) end
  return false
end

-- Who has nothing to get is not due: either the last reply was seen to just now, or the list ran out of time.
local function isGone()
  local seen = redis.call("ZREVRANGE", KEYS[6], 0, 0, "WITHSCORES")[2]
  return not seen or now - tonumber(seen) > tonumber(ARGV[4])
end

local removed = false
while true do
  local key = redis.call("LINDEX", KEYS[4], 0)
  if not key then
    local gone = not removed and isGone()
    rest(nil)
    return gone and "gone"
  end

  local found = redis.call("HMGET", KEYS[5], key, "held:" .. key, "sending:" .. key, "grace:" .. key, "at:" .. key)
  local reply, held, sending, grace, at = found[1], found[2], found[3], found[4], found[5]
  local over = not reply or redis.call("ZSCORE", KEYS[6], key)
  local late = not over and now - tonumber(at) > tonumber(ARGV[3])

  if over then
    removed = true
    redis.call("LREM", KEYS[4], 1, key)
    redis.call("HDEL", KEYS[5], key, "held:" .. key, "sending:" .. key, "grace:" .. key, "at:" .. key, "tries:" .. key)
  elseif held and not late then
    return rest(nil)
  elseif sending and now < tonumber(sending) + tonumber(grace) then
    return rest(tonumber(sending) + tonumber(grace))
  elseif sending and tonumber(grace) > 0 and tonumber(ARGV[5]) > 0 then
    return rest(now + tonumber(ARGV[5]))
  else
    local token = redis.call("INCR", KEYS[3])
    redis.call("ZADD", KEYS[1], now + tonumber(ARGV[2]), ARGV[1])
    redis.call("HSET", KEYS[2], ARGV[1], token)
    redis.call("HSET", KEYS[5], "sending:" .. key, now)
    local tries = redis.call("HINCRBY", KEYS[5], "tries:" .. key, 1)
    return { token, key, reply, tries - 1, sending and 1 or 0, late and 1 or 0 }
  end
end
