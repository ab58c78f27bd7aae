-- Marks once that the promised time went by, and moves the callback to a more urgent lane.
--
-- KEYS 1 callback  2 history  3 open  4 waiting  5 promises
-- ARGV 1 id  2 now, by the clock the promise was made with  3 believed lane  4 new lane  5 its rank  6 its head start
-- Gives 1; 0 when there is no such promise any more; the present lane when it is another than believed.
local promised = redis.call("ZSCORE", KEYS[5], ARGV[1])
if not promised or tonumber(promised) > tonumber(ARGV[2]) then return 0 end
local has = redis.call("HMGET", KEYS[1], "lane", "member", "region", "requestedAt", "state")
if not has[1] or has[5] == "closed" then
  redis.call("ZREM", KEYS[5], ARGV[1])
  return 0
end
if has[1] ~= ARGV[3] then return has[1] end
local time = redis.call("TIME")
local now = time[1] * 1000 + math.floor(time[2] / 1000)

local score = tonumber(has[4]) + tonumber(ARGV[6])
redis.call("HSET", KEYS[1], "breached", 1, "lane", ARGV[4], "rank", ARGV[5], "score", score)
redis.call("ZADD", KEYS[3], "XX", score, has[2])
redis.call("ZADD", KEYS[4], "XX", score, has[2])
redis.call("ZREM", KEYS[5], ARGV[1])
redis.call("RPUSH", KEYS[2], cjson.encode({ kind = "breached", at = now, by = "system", detail = ARGV[3] }))
redis.call("PUBLISH", "naast:callbacks", cjson.encode({ id = ARGV[1], kind = "breached", region = has[3] }))
return 1
