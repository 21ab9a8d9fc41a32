-- Reserves keys for loads.
-- KEYS: the heads, then for each key entry and lease.
-- ARGV[2]: life of a lease (ms) 6 | 1 if all are loaded whatever is there and whatever others do,
--   else 0: 1 | number of heads 2, then for each key the index of its head 2 (from 1) | token 8 |
--   the load's number 4.
-- Reply: time as always, then the reservations; FOUND if there is a live entry, NOT_FOUND if the
--   source is known to have nothing.
local life, insists, heads = unpackFrom('>I6BH', ARGV[2])
insists = insists == 1
local partitions = {}
for i = 1, heads do
  partitions[i] = readHead(KEYS[i]) or false
end

local reservations = {}
for i = 1, (#KEYS - heads) / 2 do
  local place, token, number = unpackFrom('>Hc8c4', ARGV[2], 14 * i - 4)
  local head, key, lease = partitions[place], KEYS[heads + 2 * i - 1], KEYS[heads + 2 * i]
  if head then
    local live, kept = false, false
    if not insists or unpackFrom('>I6', ARGV[1], 16) > GRACE then
      local state, _, _, _, generation, asOf, expires, _, soft = readEntry(head, key)
      live = not insists and state == OURS and isLive(head, generation, asOf, expires)
      kept = state == OURS and soft < SPOILT and asOf > head.fence
        and isExpired(head, generation, asOf, expires)
    end
    reservations[i] = reserve(head, key, lease, token, life, number, live, insists)
      .. (kept and '\1' or '\0')
  else
    reservations[i] = unreserved(FOREIGN, 0) .. '\0'
  end
end
return pack('>BI7', DONE, now) .. table.concat(reservations)
