-- Enters the queue of those who wait to change a key, or says how far one has come.
-- KEYS: turns.
-- ARGV[2]: token 8 | life of a place (ms) 6.
-- An element of the queue: token 8 | when its place is lost (ms) 6.
-- Reply: status 1 | time 7 | position 4, from 0.
local token, life = unpackFrom('>c8I6', ARGV[2])
local mine = token .. pack('>I6', millis + life)
local position
local waiting = call('LRANGE', KEYS[1], 0, -1)
local gone = 0
while waiting[gone + 1] and unpackFrom('>I6', waiting[gone + 1], 9) <= millis
    and sub(waiting[gone + 1], 1, 8) ~= token do
  gone = gone + 1
  call('LPOP', KEYS[1])
end
for i = gone + 1, #waiting do
  if sub(waiting[i], 1, 8) == token then
    position = i - gone - 1
    call('LSET', KEYS[1], position, mine)
    break
  end
end
if not position then
  position = #waiting - gone
  call('RPUSH', KEYS[1], mine)
end
call('PEXPIRE', KEYS[1], life)
return pack('>BI7I4', DONE, now, position)
