-- Stores what was loaded, each if its reservation stands; voids nobody's lease. Over nothing it does
-- so in silence, unless this server has evicted something since it started.
-- ARGV[2]: number of heads 2, then for each fill the index of its head 2 (from 1) | token 8 |
--   generation 7 | asOf 7.
-- Reply: time as always, then the outcomes.
local outcomes = {}
for i = 1, count do
  local place, token, generation, asOf = unpackFrom('>Hc8I7I7', ARGV[2], 24 * i - 21)
  local head = partitions[place]
  if not head then
    outcomes[i] = foreign()
  elseif generation ~= head.generation or asOf <= head.floor or asOf <= head.fence
      or found[heads + 2 * i] ~= token then
    outcomes[i] = pack('>BBI7I7I6I6I4', VOID, 0, 0, head.generation, 0, 0, 0)
  else
    outcomes[i] = take(i, place, asOf)
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
return pack('>BI7', DONE, now) .. table.concat(outcomes)
