-- Removes an entry that has expired, so that one caller can say so.
-- KEYS: head, entry.
-- ARGV[2]: identity 15 | whether the envelope is asked for 1.
-- Reply: status 1 | time 7 | the envelope that was removed, if asked for.
local head = readHead(KEYS[1])
local expected, asked = unpackFrom('>c15B', ARGV[2])
local state, raw, _, _, generation, asOf, expires = readEntry(KEYS[2], asked == 1 or events)
if not head or state == OTHERS then
  return pack('>BI7', FOREIGN, now)
end
if state ~= OURS or identity(raw) ~= expected
    or not isExpired(head, generation, asOf, expires) then
  return pack('>BI7', NOT_MET, now)
end
call('DEL', KEYS[2])
if events then
  tell(4, KEYS[2], '', raw)
end
return pack('>BI7', DONE, now) .. (asked == 1 and raw or '')
