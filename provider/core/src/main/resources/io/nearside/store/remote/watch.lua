-- Takes the right to ask the masters for their figures, or prolongs it.
-- KEYS: the right. ARGV[1]: who asks. ARGV[2]: for how many milliseconds.
-- Reply: 1 if it is the asker's, 0 if it is another's.
local holder = redis.call('GET', KEYS[1])
if holder and holder ~= ARGV[1] then
  return 0
end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1
