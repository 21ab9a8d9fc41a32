-- Tells the parked writes of partitions, some hundreds of each.
-- KEYS: for each partition its writes and their order.
-- Reply: time as always, then for each partition how many 4, each as take-writes tells them.
local MOST = 500
local answers = {}
for i = 1, #KEYS, 2 do
  local found = {}
  if call('HLEN', KEYS[i]) > call('ZCARD', KEYS[i + 1]) then
    local all = call('HGETALL', KEYS[i])
    for n = 1, #all, 2 do
      local field, write = all[n], all[n + 1]
      if byte(write, 9) == 1 and #found < MOST then
        found[#found + 1] = pack('>I4H', #write + #field + 2, #field) .. field .. write
      end
    end
  end
  answers[#answers + 1] = pack('>I4', #found) .. table.concat(found)
end
return pack('>BI7', DONE, now) .. table.concat(answers)
