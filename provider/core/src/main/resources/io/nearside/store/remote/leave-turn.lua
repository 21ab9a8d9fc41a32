-- Leaves the queue of those who wait to change a key.
-- KEYS: turns.
-- ARGV[2]: token 8.
-- Reply: status 1 | time 7.
local waiting = call('LRANGE', KEYS[1], 0, -1)
for i = 1, #waiting do
  if sub(waiting[i], 1, 8) == ARGV[2] then
    call('LREM', KEYS[1], 1, waiting[i])
    return pack('>BI7', DONE, now)
  end
end
return pack('>BI7', NOT_MET, now)
