-- Notes what operators have ordered for the caches of a namespace, and tells all of it.
-- KEYS: the orders, by what they are about. ARGV: nothing; or what an order is about, and the order:
--   an empty one takes it back.
-- Reply: what each is about, and the order, in turns.
if ARGV[2] == '' then
  redis.call('HDEL', KEYS[1], ARGV[1])
elseif ARGV[2] then
  redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
end
return redis.call('HGETALL', KEYS[1])
