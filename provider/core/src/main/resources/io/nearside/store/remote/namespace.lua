-- Says what a namespace was made with, and makes it if it is new.
-- KEYS: what is known of the namespace. ARGV[1]: the number of partitions, if it is new.
-- Reply: the number of partitions.
redis.call('HSETNX', KEYS[1], 'partitions', ARGV[1])
return redis.call('HGET', KEYS[1], 'partitions')
