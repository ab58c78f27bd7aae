-- Writes all that one message changes, and removes the message, if the claim still holds.
--
-- An urgent reply goes before all others and is due at once, whoever is sending something older. A reply before which
-- nothing waits can be claimed for sending in the same move.
--
-- KEYS 1 ready  2 leases  3 attempts  4 inbox  5 conversation  6 salt  7 outready  8 outbox  9 outgoing
--      10 intents  11 dead  12 outleases  13 fence  14 done
-- ARGV 1 person  2 token  3 conversation  4 salt  5 conversation lifetime
--      6 reply key or ""  7 reply  8 grace  9 "urgent" or ""  10 outbox lifetime
--      11 intent or ""  12 dead letter or ""  13 dead letter lifetime  14 lease for sending or ""
-- Gives "stale", or how many messages of the person are left and, when the reply was claimed, the token for sending.
if redis.call("HGET", KEYS[2], ARGV[1]) ~= ARGV[2] then return "stale" end
local time = redis.call("TIME")
local now = time[1] * 1000 + math.floor(time[2] / 1000)

redis.call("LPOP", KEYS[4])
redis.call("SET", KEYS[5], ARGV[3], "PX", ARGV[5])
redis.call("SET", KEYS[6], ARGV[4], "PX", ARGV[5])
redis.call("HDEL", KEYS[2], ARGV[1])
redis.call("HDEL", KEYS[3], ARGV[1])

local key = ARGV[6]
local sender = false
if key ~= "" then
  local idle = not redis.call("ZSCORE", KEYS[7], ARGV[1])
  redis.call("HSET", KEYS[9], key, ARGV[7], "grace:" .. key, ARGV[8], "at:" .. key, now)
  if ARGV[11] ~= "" then redis.call("HSET", KEYS[9], "held:" .. key, "1") end
  if ARGV[9] == "urgent" then
    redis.call("LPUSH", KEYS[8], key)
    redis.call("ZADD", KEYS[7], now, ARGV[1])
  else
    redis.call("RPUSH", KEYS[8], key)
    redis.call("ZADD", KEYS[7], "NX", now, ARGV[1])
  end
  redis.call("PEXPIRE", KEYS[8], ARGV[10])
  redis.call("PEXPIRE", KEYS[9], ARGV[10])

  local isNext = idle and ARGV[11] == "" and redis.call("LINDEX", KEYS[8], 0) == key
  if ARGV[14] ~= "" and isNext and not redis.call("ZSCORE", KEYS[14], key) then
    sender = redis.call("INCR", KEYS[13])
    redis.call("ZADD", KEYS[7], now + tonumber(ARGV[14]), ARGV[1])
    redis.call("HSET", KEYS[12], ARGV[1], sender)
    redis.call("HSET", KEYS[9], "sending:" .. key, now, "tries:" .. key, 1)
  end
end

if ARGV[11] ~= "" then redis.call("RPUSH", KEYS[10], ARGV[11]) end

if ARGV[12] ~= "" then
  redis.call("ZREMRANGEBYSCORE", KEYS[11], "-inf", now - tonumber(ARGV[13]))
  redis.call("ZADD", KEYS[11], now, ARGV[12])
  redis.call("PEXPIRE", KEYS[11], ARGV[13])
end

local left = redis.call("LLEN", KEYS[4])
if left > 0 then
  redis.call("ZADD", KEYS[1], now, ARGV[1])
else
  redis.call("ZREM", KEYS[1], ARGV[1])
end
return { left, sender }
