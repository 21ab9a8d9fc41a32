-- Counts the loads of a cache that are under way on all nodes, and lets as many more begin as there is
-- room for. Nodes that find too little wait in a line, from whose end they ask anew once they have got
-- something.
-- KEYS: room, a sorted set: token 8, by when it is lost (ms) | line, a list: node 4 | when its place is
--   lost (ms) 6.
-- ARGV[2]: the most loads 4 | life of a token or place (ms) 6 | 1 if what is wanted says
--   whether the node waits, else 0: 1 | tokens of loads that have ended 2, that go on 2, that want to
--   begin 2 | those tokens: each 8.
-- Reply: status 1 | time 7 | how many of the last may begin 2.
local room, line = KEYS[1], KEYS[2]
local most, life, asks, ended, running, wanted = unpackFrom('>I4I6BHHH', ARGV[2])
local node = sub(ARGV[1], 8, 11)

local function token(i)
  return sub(ARGV[2], 10 + 8 * i, 17 + 8 * i)
end

for i = 1, ended do
  call('ZREM', room, token(i))
end
for i = ended + 1, ended + running do
  call('ZADD', room, millis + life, token(i))
end
call('ZREMRANGEBYSCORE', room, '-inf', millis)
local free = most - call('ZCARD', room)

-- Who waits, without the dead; mine is where this node stands.
local waiting, others, mine = call('LRANGE', line, 0, -1), {}, nil
for i = 1, #waiting do
  if sub(waiting[i], 1, 4) == node then
    mine = mine or #others + 1
  elseif unpackFrom('>I6', waiting[i], 5) > millis then
    others[#others + 1] = waiting[i]
  end
end

local taken = math.max(0, math.min(wanted, free - (mine and mine - 1 or #others)))
for i = ended + running + 1, ended + running + taken do
  call('ZADD', room, millis + life, token(i))
end
if taken > 0 or running > 0 then
  call('PEXPIRE', room, life)
end

if asks == 1 and (mine or wanted > taken) then
  if wanted > taken then
    table.insert(others, taken == 0 and mine or #others + 1, node .. pack('>I6', millis + life))
  end
  call('DEL', line)
  if #others > 0 then
    call('RPUSH', line, unpack(others))
    call('PEXPIRE', line, life)
  end
end

-- Some messages get lost, so who waits asks now and then.
local first = others[1] and sub(others[1], 1, 4)
if free > taken and first and first ~= node then
  try('PUBLISH', 'nearside:' .. string.match(room, '^{(.-)#') .. ':loads',
    room .. string.format('%02x%02x%02x%02x', byte(first, 1, 4)))
end
return pack('>BI7H', DONE, now, taken)
