-- Stores what was loaded, each if its reservation stands.
-- KEYS: the heads, then for each fill entry and lease.
-- ARGV[2]: number of heads 2, then for each fill the index of its head 2 (from 1) | token 8 |
--   generation 7 | asOf 7. ARGV[3...]: for each fill what change has.
-- Reply: time as always, then the outcomes.
local heads = unpackFrom('>H', ARGV[2])
local partitions = {}
for i = 1, heads do
  partitions[i] = readHead(KEYS[i]) or false
end

local outcomes = {}
for i = 1, (#KEYS - heads) / 2 do
  local place, token, generation, asOf = unpackFrom('>Hc8I7I7', ARGV[2], 24 * i - 21)
  local head = partitions[place]
  local key = heads + 2 * i - 1
  if not head then
    outcomes[i] = pack('>BBI7I7I6I6I4', FOREIGN, 0, 0, 0, 0, 0, 0)
  elseif generation ~= head.generation or asOf <= head.floor or asOf <= head.fence
      or read('GET', KEYS[key + 1]) ~= token then
    outcomes[i] = refused(VOID, head)
  else
    outcomes[i] = write(head, KEYS[key], KEYS[key + 1], nil, ARGV[1 + 2 * i], ARGV[2 + 2 * i],
      asOf, raiseOne)
  end
end
return pack('>BI7', DONE, now) .. table.concat(outcomes)
