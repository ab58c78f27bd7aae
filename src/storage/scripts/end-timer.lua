-- Ends a claimed timer, or puts it off, unless it was set again or claimed by another meanwhile.
--
-- KEYS 1 due  2 timer
-- ARGV 1 id  2 token, or "" for whatever stands there  3 due again at, or ""  4 lifetime after it was due
-- Gives 1, or 0 when it was not the caller's any more.
if ARGV[2] ~= "" and redis.call("HGET", KEYS[2], "token") ~= ARGV[2] then return 0 end
if ARGV[3] ~= "" then
  redis.call("ZADD", KEYS[1], ARGV[3], ARGV[1])
  redis.call("PEXPIREAT", KEYS[2], ARGV[3] + ARGV[4])
  return 1
end
redis.call("ZREM", KEYS[1], ARGV[1])
redis.call("DEL", KEYS[2])
return 1
