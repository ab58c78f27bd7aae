-- Notes what a parent answered about a callback, once; and puts it in line for today again when they still wait.
--
-- KEYS 1 callback  2 history  3 of (person)  4 open  5 waiting  6 promises  7 closed
-- ARGV 1 id  2 key of the answer  3 answer  4 "again" or ""  5 new promise  6 lane  7 its rank  8 its head start
-- Gives "noted" or "again" (was noted before); "missing"; or "other" and the callback the person has open now.
local has = redis.call("HMGET", KEYS[1], "state", "member", "region", "rank", "requestedAt", "nurse", "answered:" .. ARGV[2])
if not has[1] then return { "missing" } end
if has[7] then return { "again" } end
local open = redis.call("HGET", KEYS[3], "open")
local back = ARGV[4] == "again"
if back and open and open ~= ARGV[1] then return { "other", open } end

local time = redis.call("TIME")
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local function note(kind, detail)
  redis.call("RPUSH", KEYS[2], cjson.encode({ kind = kind, at = now, by = "parent", detail = detail }))
  redis.call("PUBLISH", "naast:callbacks", cjson.encode({ id = ARGV[1], kind = kind, region = has[3] }))
end

redis.call("HSET", KEYS[1], "answered:" .. ARGV[2], 1)
note("answered", ARGV[3])
if not back then return { "noted" } end

local score = has[5] + ARGV[8]
redis.call("HSET", KEYS[1], "lane", ARGV[6], "rank", ARGV[7], "score", score, "promisedAt", ARGV[5])
redis.call("HDEL", KEYS[1], "tried", "notBefore")
redis.call("ZADD", KEYS[4], score, has[2])
redis.call("ZADD", KEYS[6], ARGV[5], ARGV[1])
if has[6] then
  redis.call("HSET", KEYS[1], "state", "claimed")
else
  redis.call("HSET", KEYS[1], "state", "waiting")
  redis.call("ZADD", KEYS[5], score, has[2])
end
if has[1] == "closed" then
  redis.call("HDEL", KEYS[1], "outcome", "informed", "closedAt")
  redis.call("HSET", KEYS[3], "open", ARGV[1], "id:" .. ARGV[1], 1)
  for key = 1, 3 do redis.call("PERSIST", KEYS[key]) end
  redis.call("ZREM", KEYS[7], has[2])
  note("reopened")
end
return { "noted" }
