-- Reads keys, but only where changes are accepted.
-- KEYS: a name that never exists, then the keys, all of one slot.
-- Reply: the values.
redis.call('DEL', KEYS[1])
return redis.call('MGET', unpack(KEYS, 2))
