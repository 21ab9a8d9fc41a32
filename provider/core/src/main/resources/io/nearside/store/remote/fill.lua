-- Stores what was loaded, each if its reservation stands; voids nobody's lease, but ends who holds
-- it. Over nothing it does so in silence, unless this server has evicted something since it started.
-- ARGV[2]: number of heads 2, then for each fill the index of its head 2 (from 1) | token 8 |
--   generation 7 | asOf 7.
-- Reply: time as always, then the outcomes.
local outcomes, ended = {}, {}
for i = 1, count do
  local place, token, generation, asOf = unpackFrom('>Hc8I7I7', ARGV[2], 24 * i - 21)
  local head, lease = partitions[place], found[heads + 2 * i]
  if not head then
    outcomes[i] = foreign()
  elseif generation ~= head.generation or asOf <= head.floor or asOf <= head.fence
      or not lease or #lease ~= 24 or sub(lease, 1, 8) ~= token
      or head.stamps and head.invalidated(ARGV[2 + 2 * i], 45, asOf) then
    outcomes[i] = pack('>BBI7I7I6I6I4', VOID, 0, 0, head.generation, 0, 0, 0)
  else
    outcomes[i] = take(i, place, asOf)
    if byte(outcomes[i]) == DONE then
      ended[#ended + 1] = heads + 2 * i
      if inform and byte(lease, 24) == BLANK then
        told[#told][4] = false -- it ends the copies of the blank
      end
    end
  end
end
-- A copy may have outlived an entry that was evicted. Who may not ask takes it that some were.
if channel and #told > 0 then
  local stats = try('INFO', 'stats')
  if type(stats) == 'table' or not string.find(stats, '\nevicted_keys:0\r', 1, true) then
    for i = 1, #told do
      told[i][4] = false
    end
  end
end
write()
for i = 1, #ended do
  local name, lease = KEYS[ended[i]], found[ended[i]]
  call('SET', name, sub(lease, 1, 8) .. string.rep('\0', 8) .. sub(lease, 17, 23) .. '\0', 'KEEPTTL')
  ready(name, lease)
end
return pack('>BI7', DONE, now) .. table.concat(outcomes)
