-- Deletes entries that their partition's head has made worthless.
-- KEYS: head, entries.
-- Reply: status 1 | time 7 | how many were deleted 4.
local head = readHead(KEYS[1])
if not head then
  return pack('>BI7', FOREIGN, now) .. pack('>I4', 0)
end
local dead = {}
for i = 2, #KEYS do
  local state, raw, flags, version, generation, asOf = readEntry(nil, KEYS[i])
  if state == OURS then
    local gone, unsaid = generation ~= head.generation or asOf <= head.floor, false
    if not gone and head.stamps then
      gone, unsaid = head.invalidated(raw, 0, asOf, KEYS[i])
    end
    if gone then
      dead[#dead + 1] = KEYS[i]
    end
    if unsaid and announce and flags < MARKED then
      announce(pack('>BBI7', 1, 1, version) .. string.rep('\0', 8) .. KEYS[i])
    end
  end
end
if #dead > 0 then
  call('UNLINK', unpack(dead))
end
return pack('>BI7', DONE, now) .. pack('>I4', #dead)
