-- Reserves keys for loads.
-- KEYS: the heads, then the leases.
-- ARGV[2]: life of a lease (ms) 6 | number of heads 2, then for each lease the index of its head 2
--   (from 1) | token 8.
-- Reply: time as always, then the reservations.
local life, heads = unpackFrom('>I6H', ARGV[2])
local partitions = {}
for i = 1, heads do
  partitions[i] = readHead(KEYS[i]) or false
end

local reservations = {}
for i = 1, #KEYS - heads do
  local place, token = unpackFrom('>Hc8', ARGV[2], 10 * i - 1)
  local head = partitions[place]
  if head then
    reservations[i] = reserve(head, KEYS[heads + i], token, life)
  else
    reservations[i] = pack('>Bc8I7I7', FOREIGN, NO_TOKEN, 0, 0)
  end
end
return pack('>BI7', DONE, now) .. table.concat(reservations)
