-- Changes many keys, each as change does but for turns.
-- ARGV[2]: number of heads 2, then for each change the index of its head 2 (from 1).
-- Reply: time as always, then the outcomes.
local places = { unpackFrom('>' .. string.rep('H', count), ARGV[2], 3) }
local outcomes = {}
for i = 1, count do
  outcomes[i] = partitions[places[i]] and take(i, places[i]) or foreign()
end
write()
return pack('>BI7', DONE, now) .. table.concat(outcomes)
