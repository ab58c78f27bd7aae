-- Puts a request in line: as a callback of its own, or as one more line of the one its person has open.
--
-- The caller says which callback it believes to hold the request, so that all keys are declared; when that
-- is no longer so it is told and comes again.
--
-- KEYS 1 alias of the request  2 of (person)  3 callback (holder)  4 history (holder)  5 open  6 waiting
--      7 promises  8 phone or alias again when there is none  9 those asking for the nurse, or alias again
-- ARGV 1 request id  2 believed holder  3 person  4 sealed request  5 region  6 member  7 lane  8 lane rank
--      9 head start of the lane  10 requested at  11 promised at  12 alias lifetime  13 phone hash or ""
--      14 phone lifetime  15 "asked" when it asks for a nurse, or ""
-- Gives "opened", "merged" or "again" with the holder, or "other" with the callback that holds instead.
local known = redis.call("GET", KEYS[1])
if known then return { "again", known } end

local holder = redis.call("HGET", KEYS[2], "open")
if (holder or ARGV[1]) ~= ARGV[2] then return { "other", holder or ARGV[1] } end

local time = redis.call("TIME")
local now = time[1] * 1000 + math.floor(time[2] / 1000)

local function note(kind)
  redis.call("RPUSH", KEYS[4], cjson.encode({ kind = kind, at = now, by = "parent" }))
  redis.call("PUBLISH", "naast:callbacks", cjson.encode({ id = ARGV[2], kind = kind, region = ARGV[5] }))
end

redis.call("SET", KEYS[1], ARGV[2], "PX", ARGV[12])
if ARGV[13] ~= "" then
  redis.call("SADD", KEYS[8], ARGV[2])
  redis.call("PEXPIRE", KEYS[8], ARGV[14])
end

if not holder then
  local score = tonumber(ARGV[10]) + tonumber(ARGV[9])
  redis.call("HSET", KEYS[3], "id", ARGV[1], "person", ARGV[3], "region", ARGV[5], "member", ARGV[6],
    "state", "waiting", "lane", ARGV[7], "rank", ARGV[8], "requestedAt", ARGV[10], "score", score,
    "promisedAt", ARGV[11], "attempts", 0, "requests", 1, "request:1", ARGV[4], "phones", ARGV[13])
  redis.call("HSET", KEYS[2], "open", ARGV[1], "id:" .. ARGV[1], 1)
  redis.call("PERSIST", KEYS[2])
  redis.call("ZADD", KEYS[5], score, ARGV[6])
  redis.call("ZADD", KEYS[6], score, ARGV[6])
  redis.call("ZADD", KEYS[7], ARGV[11], ARGV[1])
  if ARGV[15] ~= "" then
    redis.call("SADD", KEYS[9], ARGV[6])
    redis.call("PEXPIRE", KEYS[9], ARGV[12])
  end
  note("opened")
  return { "opened", ARGV[1] }
end

local has = redis.call("HMGET", KEYS[3], "member", "rank", "requestedAt", "promisedAt", "phones")
local line = redis.call("HINCRBY", KEYS[3], "requests", 1)
redis.call("HSET", KEYS[3], "request:" .. line, ARGV[4])
if tonumber(ARGV[8]) < tonumber(has[2]) then
  local score = tonumber(has[3]) + tonumber(ARGV[9])
  redis.call("HSET", KEYS[3], "lane", ARGV[7], "rank", ARGV[8], "score", score)
  redis.call("ZADD", KEYS[5], "XX", score, has[1])
  redis.call("ZADD", KEYS[6], "XX", score, has[1])
end
if tonumber(ARGV[11]) < tonumber(has[4]) then
  redis.call("HSET", KEYS[3], "promisedAt", ARGV[11])
  redis.call("ZADD", KEYS[7], "XX", ARGV[11], ARGV[2])
end
if ARGV[13] ~= "" and not string.find(has[5], ARGV[13], 1, true) then
  redis.call("HSET", KEYS[3], "phones", has[5] .. " " .. ARGV[13])
end
note("merged")
return { "merged", ARGV[2] }
