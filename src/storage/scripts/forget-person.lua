-- Forgets what is remembered of a person. Their salt goes too: what was sealed with it elsewhere (dead
-- letters, backups) can never be read again. Messages and replies on their way are not held up.
--
-- KEYS 1 conversation  2 salt
-- Gives how many keys there were.
return redis.call("DEL", KEYS[1], KEYS[2])
