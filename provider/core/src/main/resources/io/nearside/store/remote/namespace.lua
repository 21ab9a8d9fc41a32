-- Says what a namespace was made with, and makes it if it is new.
-- KEYS: what is known of the namespace. ARGV[1]: the number of partitions, if it is new.
-- Reply: the number of partitions.
local there = redis.call('HGET', KEYS[1], 'partitions')
if there then
  return there -- a server that is full refuses even a write that would change nothing
end
redis.call('HSET', KEYS[1], 'partitions', ARGV[1])
return ARGV[1]
