-- Says of an entry that has expired that one caller tells of it: removes it, or notes that it is told
-- where it may still stand in for loads that fail.
-- KEYS: head, entry.
-- ARGV[2]: identity 15 | whether the envelope is asked for 1.
-- Reply: status 1 | time 7 | the envelope as it was, if asked for; NOT_MET if it has been told.
local head = readHead(KEYS[1])
local expected, asked = unpackFrom('>c15B', ARGV[2])
local state, raw, flags, version, generation, asOf, expires, created, soft =
  readEntry(head, KEYS[2], asked == 1 or events)
if not head or state == OTHERS then
  return pack('>BI7', FOREIGN, now)
end
if state ~= OURS or identity(raw) ~= expected
    or not isExpired(head, generation, asOf, expires) or soft % 2 == 1 then
  return pack('>BI7', NOT_MET, now)
end
local stays = unpackFrom('>I6', ARGV[1], 16)
if stays > GRACE and asOf > head.fence and millis < expires + stays - GRACE then
  call('SETRANGE', KEYS[2], '0', header(flags, version, generation, asOf, expires, created, soft + 1))
else
  call('DEL', KEYS[2])
end
if events then
  tell(4, KEYS[2], '', raw)
end
return pack('>BI7', DONE, now) .. (asked == 1 and raw or '')
