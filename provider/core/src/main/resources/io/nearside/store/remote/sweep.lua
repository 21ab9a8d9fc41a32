-- Deletes entries that their partition's head has made worthless.
-- KEYS: head, entries.
-- Reply: status 1 | time 7 | how many were deleted 4.
local head = readHead(KEYS[1])
if not head then
  return pack('>BI7', FOREIGN, now) .. pack('>I4', 0)
end
local dead = {}
for i = 2, #KEYS do
  local state, _, _, _, generation, asOf = readEntry(KEYS[i])
  if state == OURS and (generation ~= head.generation or asOf <= head.floor) then
    dead[#dead + 1] = KEYS[i]
  end
end
if #dead > 0 then
  call('UNLINK', unpack(dead))
end
return pack('>BI7', DONE, now) .. pack('>I4', #dead)
